def desugar(node, scope):
    raise NotImplementedError

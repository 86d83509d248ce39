"""Neural networks as their authors write them in NumPy: convolutions as loops over windows, normalization, cells."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(15)


def relu(x):
    return np.maximum(x, 0)


def softmax(x):
    tmp_max = np.max(x, axis=-1, keepdims=True)
    tmp_out = np.exp(x - tmp_max)
    tmp_sum = np.sum(tmp_out, axis=-1, keepdims=True)
    return tmp_out / tmp_sum


def mlp(input, w1, b1, w2, b2, w3, b3):
    x = relu(input @ w1 + b1)
    x = relu(x @ w2 + b2)
    x = softmax(x @ w3 + b3)
    return x


def conv2d(input, weights):
    K = weights.shape[0]
    N = input.shape[0]
    H_out = input.shape[1] - K + 1
    W_out = input.shape[2] - K + 1
    C_in = input.shape[3]
    C_out = weights.shape[3]
    output = np.empty((N, H_out, W_out, C_out), dtype=input.dtype)
    for i in range(H_out):
        for j in range(W_out):
            output[:, i, j, :] = np.sum(
                input[:, i:i + K, j:j + K, :, np.newaxis] * weights[np.newaxis, :, :, :],
                axis=(1, 2, 3),
            )
    return output


def conv2d_bias(input, weights, bias):
    return conv2d(input, weights) + bias


def maxpool2d(x):
    output = np.empty([x.shape[0], x.shape[1] // 2, x.shape[2] // 2, x.shape[3]], dtype=x.dtype)
    for i in range(x.shape[1] // 2):
        for j in range(x.shape[2] // 2):
            output[:, i, j, :] = np.max(x[:, 2 * i:2 * i + 2, 2 * j:2 * j + 2, :], axis=(1, 2))
    return output


def lenet5(input, conv1, conv1bias, conv2, conv2bias, fc1w, fc1b, fc2w, fc2b, N):
    x = relu(conv2d(input, conv1) + conv1bias)
    x = maxpool2d(x)
    x = relu(conv2d(x, conv2) + conv2bias)
    x = maxpool2d(x)
    x = np.reshape(x, (N, fc1w.shape[0]))
    x = relu(x @ fc1w + fc1b)
    return x @ fc2w + fc2b


def batchnorm2d(x, eps=1e-5):
    mean = np.mean(x, axis=0, keepdims=True)
    std = np.std(x, axis=0, keepdims=True)
    return (x - mean) / np.sqrt(std + eps)


def resnet_basicblock(input, conv1, conv2, conv3):
    padded = np.zeros((input.shape[0], input.shape[1] + 2, input.shape[2] + 2, conv1.shape[3]))
    padded[:, 1:-1, 1:-1, :] = conv2d(input, conv1)
    x = batchnorm2d(padded)
    x = relu(x)
    x = conv2d(x, conv2)
    x = batchnorm2d(x)
    x = relu(x)
    x = conv2d(x, conv3)
    x = batchnorm2d(x)
    return relu(x + input)


def batchnorm_train(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Updates the running statistics in place, as frameworks do."""
    mu = x.mean(axis=0)
    var = ((x - mu) ** 2).mean(axis=0)
    running_mean *= momentum
    running_mean += (1 - momentum) * mu
    running_var[...] = momentum * running_var + (1 - momentum) * var
    xhat = (x - mu) / np.sqrt(var + eps)
    return gamma * xhat + beta, running_mean, running_var


def layer_norm(x, g, b):
    u = np.mean(x, axis=-1, keepdims=True)
    s = np.mean((x - u) ** 2, axis=-1, keepdims=True)
    return g * (x - u) / np.sqrt(s + 1e-5) + b


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))


def attention(q, k, v, mask):
    return softmax(q @ k.T / np.sqrt(q.shape[-1]) + mask) @ v


def mha(x, c_attn, c_proj, n_head):
    x = x @ c_attn["w"] + c_attn["b"]
    qkv_heads = list(map(lambda t: np.split(t, n_head, axis=-1), np.split(x, 3, axis=-1)))
    causal_mask = (1 - np.tri(x.shape[0], dtype=x.dtype)) * -1e10
    out_heads = [attention(q, k, v, causal_mask) for q, k, v in zip(*qkv_heads)]
    x = np.hstack(out_heads)
    return x @ c_proj["w"] + c_proj["b"]


def transformer_block(x, params, n_head):
    x = x + mha(layer_norm(x, **params["ln_1"]), **params["attn"], n_head=n_head)
    h = layer_norm(x, **params["ln_2"])
    return x + gelu(h @ params["mlp"]["c_fc"]) @ params["mlp"]["c_proj"]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(xs, h, c, W, U, b):
    n = len(h)
    hs = []
    for x in xs:
        gates = W @ x + U @ h + b
        i, f, o = sigmoid(gates[:n]), sigmoid(gates[n:2 * n]), sigmoid(gates[2 * n:3 * n])
        g = np.tanh(gates[3 * n:])
        c = f * c + i * g
        h = o * np.tanh(c)
        hs.append(h)
    return np.stack(hs), c


def gru_cell(x, h, params):
    Wz, Uz, Wr, Ur, Wh, Uh = params
    z = sigmoid(x @ Wz + h @ Uz)
    r = sigmoid(x @ Wr + h @ Ur)
    candidate = np.tanh(x @ Wh + (r * h) @ Uh)
    return (1 - z) * h + z * candidate


def gru(xs, params):
    h = np.zeros(params[1].shape[0])
    for t in range(xs.shape[0]):
        h = gru_cell(xs[t], h, params)
    return h


def char_rnn_loss(inputs, targets, hprev, Wxh, Whh, Why, bh, by):
    """A recurrent network over characters that keeps its states in dicts keyed by time."""
    xs, hs, ys, ps = {}, {}, {}, {}
    hs[-1] = np.copy(hprev)
    loss = 0
    vocab_size = Wxh.shape[1]
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        ys[t] = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))
        loss += -np.log(ps[t][targets[t], 0])
    return loss, hs[len(inputs) - 1]


def im2col(x, k, stride):
    n, h, w = x.shape
    rows = []
    for i in range(0, h - k + 1, stride):
        for j in range(0, w - k + 1, stride):
            rows.append(x[:, i:i + k, j:j + k].reshape(n, -1))
    return np.stack(rows, axis=1)


def conv_im2col(x, w, b, stride=1):
    k = int(np.sqrt(w.shape[0]))
    cols = im2col(x, k, stride)
    out_h = (x.shape[1] - k) // stride + 1
    return (cols @ w + b).transpose(0, 2, 1).reshape(x.shape[0], -1, out_h, out_h)


def sliding_window_conv(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    return np.einsum("ijkl,kl->ij", windows, w)


def embedding_loss(E, W, tokens, targets):
    h = E[tokens].mean(axis=1)
    logits = h @ W
    logits = logits - logits.max(axis=1, keepdims=True)
    logp = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -logp[np.arange(len(targets)), targets].mean()


def dropout_net(x, params, masks, keep):
    for (W, b), mask in zip(params[:-1], masks):
        x = relu(x @ W + b) * mask / keep
    W, b = params[-1]
    return x @ W + b


def l2_regularized(params, x, y, lam):
    h = x
    penalty = 0.0
    for i, layer in enumerate(params):
        h = h @ layer["W"] + layer["b"]
        if i < len(params) - 1:
            h = np.tanh(h)
        penalty += np.sum(layer["W"] ** 2)
    return np.mean((h[:, 0] - y) ** 2) + lam * penalty


def sgd_unrolled(w, x, y, lr, steps):
    """Gradient descent written by hand; the derivative passes through the updates."""
    for _ in range(steps):
        err = x @ w - y
        w -= lr * x.T @ err / len(y)
    return np.sum((x @ w - y) ** 2)


def adam_unrolled(theta, lr, steps):
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t in range(1, steps + 1):
        g = 2 * theta + np.cos(theta)
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g ** 2
        theta = theta - lr * (m / (1 - 0.9 ** t)) / (np.sqrt(v / (1 - 0.99 ** t)) + 1e-8)
    return theta


def autoencoder(x, enc, dec):
    code = x
    for w in enc:
        code = np.where(code @ w > 0, code @ w, 0.1 * (code @ w))
    for w in dec:
        code = np.log1p(np.exp(code @ w))
    return ((x - code) ** 2).sum()


def rbm_free_energy(v, W, b, c):
    return -v @ b - np.logaddexp(0, v @ W + c).sum(axis=-1)


def contrastive(z, temperature):
    z = z / np.linalg.norm(z, axis=1, keepdims=True)
    sim = z @ z.T / temperature
    n = len(z)
    mask = ~np.eye(n, dtype=bool)
    total = 0.0
    for i in range(n):
        row = sim[i][mask[i]]
        total -= sim[i, (i + n // 2) % n] - np.log(np.sum(np.exp(row)))
    return total / n


def R(*shape):
    return rng.normal(size=shape)


BLOCK = {"ln_1": {"g": R(4), "b": R(4)}, "ln_2": {"g": R(4), "b": R(4)},
         "attn": {"c_attn": {"w": R(4, 12), "b": R(12)}, "c_proj": {"w": R(4, 4), "b": R(4)}},
         "mlp": {"c_fc": R(4, 6), "c_proj": R(6, 4)}}

def columns_of_an_image(x, w):
    n, channels, height, width = x.shape
    filters, _, k, _ = w.shape
    rows, cols = height - k + 1, width - k + 1
    patches = np.zeros((n, channels, k, k, rows, cols))
    for i in range(k):
        for j in range(k):
            patches[:, :, i, j, :, :] = x[:, :, i:i + rows, j:j + cols]
    patches = patches.transpose(0, 4, 5, 1, 2, 3).reshape(n * rows * cols, -1)
    out = (patches @ w.reshape(filters, -1).T).reshape(n, rows, cols, filters).transpose(0, 3, 1, 2)
    return np.tanh(out)


def products_of_transposed_rows(x, n):
    c = np.zeros((n, 3))
    for i in range(n):
        c[i, :] = x * (i + 1)
    d = c.T.reshape(3 * n, -1)
    return np.tanh(d @ d.T)


def descent_with_momentum(w, b, x, y, lr, n):
    params = {"w": w, "b": b}
    velocity = {k: np.zeros_like(v) for k, v in params.items()}
    for _ in range(n):
        error = x @ params["w"] + params["b"] - y
        grads = {"w": x.T @ error / len(y), "b": np.mean(error)}
        for k in params:
            velocity[k] = 0.9 * velocity[k] + grads[k]
            params[k] -= lr * velocity[k]
    return np.sum((x @ params["w"] + params["b"] - y) ** 2)


CASES = [
    Case(softmax, (R(2, 3, 4),), ("x",), smoke=True),
    Case(mlp, (R(3, 4), R(4, 5), R(5), R(5, 4), R(4), R(4, 3), R(3)), ("input", "w1", "b1", "w2", "b2", "w3", "b3"),
         smoke=True),
    Case(conv2d_bias, (R(2, 5, 6, 2), R(3, 3, 2, 3), R(3)), ("input", "weights", "bias")),
    Case(lenet5, (R(2, 10, 10, 1), R(3, 3, 1, 2), R(2), R(3, 3, 2, 2), R(2), R(2, 3), R(3), R(3, 2), R(2), 2),
         ("input", "conv1", "conv1bias", "conv2", "conv2bias", "fc1w", "fc1b", "fc2w", "fc2b"), smoke=True),
    Case(resnet_basicblock, (R(4, 3, 3, 3), R(1, 1, 3, 2), R(3, 3, 2, 2), R(1, 1, 2, 3)),
         ("input", "conv1", "conv2", "conv3")),
    Case(batchnorm_train, (R(5, 3), R(3), R(3), R(3), 1 + R(3) ** 2), ("x", "gamma", "beta", "running_mean",
                                                                      "running_var")),
    Case(transformer_block, (R(3, 4), BLOCK, 2), ("x", "params")),
    Case(lstm, (R(3, 2), R(2), R(2), R(8, 2), R(8, 2), R(8)), ("xs", "h", "c", "W", "U", "b")),
    Case(gru, (R(3, 2), (R(2, 3), R(3, 3), R(2, 3), R(3, 3), R(2, 3), R(3, 3))), ("xs", "params")),
    Case(char_rnn_loss, ([0, 2, 1, 3], [2, 1, 3, 0], R(3, 1), R(3, 4), R(3, 3), R(4, 3), R(3, 1), R(4, 1)),
         ("hprev", "Wxh", "Whh", "Why", "bh", "by")),
    Case(conv_im2col, (R(2, 4, 4), R(4, 3), R(3)), ("x", "w", "b")),
    Case(sliding_window_conv, (R(5, 6), R(2, 3)), ("x", "w")),
    Case(embedding_loss, (R(6, 3), R(3, 4), np.array([[0, 2, 2], [5, 1, 0]]), np.array([3, 1])), ("E", "W")),
    Case(dropout_net, (R(3, 4), [(R(4, 5), R(5)), (R(5, 4), R(4)), (R(4, 2), R(2))],
                       [rng.random((3, 5)) < 0.8, rng.random((3, 4)) < 0.8], 0.8), ("x", "params", "keep")),
    Case(l2_regularized, ([{"W": R(2, 3), "b": R(3)}, {"W": R(3, 1), "b": R(1)}], R(4, 2), R(4), 0.1),
         ("params", "x", "lam")),
    Case(sgd_unrolled, (R(3), R(5, 3), R(5), 0.1, 4), ("w", "x", "y", "lr")),
    Case(adam_unrolled, (R(3), 0.1, 4), ("theta", "lr")),
    Case(autoencoder, (R(3, 4), [R(4, 3), R(3, 2)], [R(2, 3), R(3, 4)]), ("x", "enc", "dec")),
    Case(rbm_free_energy, (R(3, 4), R(4, 2), R(4), R(2)), ("v", "W", "b", "c")),
    Case(contrastive, (R(4, 3), 0.7), ("z", "temperature")),
    Case(columns_of_an_image, (0.1 * np.arange(32.0).reshape(2, 1, 4, 4), np.cos(np.arange(8.0)).reshape(2, 1, 2, 2)), ("x", "w")),
    Case(products_of_transposed_rows, (np.array([0.3, -0.4, 0.2]), 2), ("x",)),
    Case(descent_with_momentum, (np.array([0.3, -0.4]), 0.2, np.cos(np.arange(8.0)).reshape(4, 2), np.sin(np.arange(4.0)), 0.05, 2),
         ("w", "b", "x", "y", "lr")),
]

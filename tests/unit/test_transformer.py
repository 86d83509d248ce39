"""A transformer as it is written in a lecture, with parameters in dicts, differentiated twice in every mix of modes."""
from typing import Any

import numpy as np

from s2sgrad import check_grads


def gelu(x):
    return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x ** 3)))


def layer_norm(x, g, b, eps=1e-5):
    m = x.mean(axis=-1, keepdims=True)
    v = x.var(axis=-1, keepdims=True)
    return g * (x - m) / np.sqrt(v + eps) + b


def linear(x, w, b):
    return x @ w + b


def feed_forward(x, c_fc, c_proj):
    return linear(gelu(linear(x, **c_fc)), **c_proj)


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def attention(q, k, v, mask):
    return softmax(q @ k.T / np.sqrt(q.shape[-1]) + mask) @ v


def heads_of(x, c_attn, c_proj, n_head):
    qkv = np.split(linear(x, **c_attn), 3, axis=-1)
    heads = list(map(lambda part: np.split(part, n_head, axis=-1), qkv))  # noqa: C417
    mask = (1 - np.tri(x.shape[0])) * -1e10
    out = [attention(q, k, v, mask) for q, k, v in zip(*heads)]
    return linear(np.hstack(out), **c_proj)


def block(x, mlp, attn, ln1, ln2, n_head):
    x = x + heads_of(layer_norm(x, **ln1), **attn, n_head=n_head)
    return x + feed_forward(layer_norm(x, **ln2), **mlp)


def loss(params, ids, n_head):
    x = params["wte"][ids] + params["wpe"][:len(ids)]
    for layer in params["blocks"]:
        x = block(x, **layer, n_head=n_head)
    x = layer_norm(x, **params["ln"])
    p = softmax((x @ params["wte"].T)[:-1])
    return -np.mean(np.log(p[np.arange(len(ids) - 1), ids[1:]]))


def parameters(size: int) -> dict[str, Any]:
    rng = np.random.default_rng(5)

    def dense(n: int, m: int) -> dict[str, Any]:
        return {"w": 0.3 * rng.normal(size=(n, m)), "b": 0.1 * rng.normal(size=m)}

    def norm() -> dict[str, Any]:
        return {"g": 1 + 0.1 * rng.normal(size=size), "b": 0.1 * rng.normal(size=size)}

    layer = {"mlp": {"c_fc": dense(size, 8), "c_proj": dense(8, size)},
             "attn": {"c_attn": dense(size, 3 * size), "c_proj": dense(size, size)}, "ln1": norm(), "ln2": norm()}
    return {"wte": 0.3 * rng.normal(size=(7, size)), "wpe": 0.3 * rng.normal(size=(6, size)), "blocks": [layer], "ln": norm()}


def test_second_derivatives() -> None:
    check_grads(loss, (parameters(4), np.array([1, 3, 2, 6, 0]), 2), wrt="params", order=2)

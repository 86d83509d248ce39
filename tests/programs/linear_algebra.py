"""Dense linear algebra written out: products, factorizations, triangular solves."""
import numpy as np

from programs.harness import Case

rng = np.random.default_rng(12)


def gemm(alpha, beta, C, A, B):
    C[:] = alpha * A @ B + beta * C
    return C


def gemm_loops(alpha, beta, C, A, B):
    NI, NJ = C.shape
    NK = A.shape[1]
    for i in range(NI):
        for j in range(NJ):
            C[i, j] *= beta
        for k in range(NK):
            for j in range(NJ):
                C[i, j] += alpha * A[i, k] * B[k, j]
    return C


def gemver(alpha, beta, A, u1, v1, u2, v2, w, x, y, z):
    A += np.outer(u1, v1) + np.outer(u2, v2)
    x += beta * y @ A + z
    w += alpha * A @ x
    return w


def gesummv(alpha, beta, A, B, x):
    return alpha * A @ x + beta * B @ x


def k2mm(alpha, beta, A, B, C, D):
    D[:] = alpha * A @ B @ C + beta * D
    return D


def k3mm(A, B, C, D):
    return A @ B @ C @ D


def atax(A, x):
    return (A @ x) @ A


def bicg(A, p, r):
    return r @ A, A @ p


def mvt(x1, x2, y_1, y_2, A):
    x1 += A @ y_1
    x2 += y_2 @ A
    return x1, x2


def kernel_doitgen(NR, NQ, NP, A, C4):
    for r in range(NR):
        for q in range(NQ):
            sum = np.dot(A[r, q, :], C4)
            A[r, q, :] = sum


def doitgen(NR, NQ, NP, A, C4):
    kernel_doitgen(NR, NQ, NP, A, C4)
    return A


def symm(alpha, beta, C, A, B):
    temp2 = np.empty((C.shape[1],), dtype=C.dtype)
    C *= beta
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[:i, j] += alpha * B[i, j] * A[i, :i]
            temp2[j] = B[:i, j] @ A[i, :i]
        C[i, :] += alpha * B[i, :] * A[i, i] + alpha * temp2
    return C


def syrk(alpha, beta, C, A):
    for i in range(A.shape[0]):
        C[i, :i + 1] *= beta
        for k in range(A.shape[1]):
            C[i, :i + 1] += alpha * A[i, k] * A[:i + 1, k]
    return C


def syr2k(alpha, beta, C, A, B):
    for i in range(A.shape[0]):
        C[i, :i + 1] *= beta
        for k in range(A.shape[1]):
            C[i, :i + 1] += A[:i + 1, k] * alpha * B[i, k] + B[:i + 1, k] * alpha * A[i, k]
    return C


def trmm(alpha, A, B):
    for i in range(B.shape[0]):
        for j in range(B.shape[1]):
            B[i, j] += np.dot(A[i + 1:, i], B[i + 1:, j])
    B *= alpha
    return B


def trisolv(L, x, b):
    for i in range(x.shape[0]):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
    return x


def back_substitution(U, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        s = 0.0
        for j in range(i + 1, n):
            s += U[i, j] * x[j]
        x[i] = (b[i] - s) / U[i, i]
    return x


def lu(A):
    for i in range(A.shape[0]):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[:j, j]
            A[i, j] /= A[j, j]
        for j in range(i, A.shape[0]):
            A[i, j] -= A[i, :i] @ A[:i, j]
    return A


def ludcmp(A, b):
    x = np.zeros_like(b)
    y = np.zeros_like(b)
    for i in range(A.shape[0]):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[:j, j]
            A[i, j] /= A[j, j]
        for j in range(i, A.shape[0]):
            A[i, j] -= A[i, :i] @ A[:i, j]
    for i in range(A.shape[0]):
        y[i] = b[i] - A[i, :i] @ y[:i]
    for i in range(A.shape[0] - 1, -1, -1):
        x[i] = (y[i] - A[i, i + 1:] @ x[i + 1:]) / A[i, i]
    return x, y


def lu_with_pivoting(A, b):
    """Gaussian elimination; the rows are swapped where the pivot says."""
    n = len(b)
    for k in range(n - 1):
        p = k + int(np.argmax(np.abs(A[k:, k])))
        if p != k:
            A[[k, p]] = A[[p, k]]
            b[k], b[p] = b[p], b[k]
        for i in range(k + 1, n):
            factor = A[i, k] / A[k, k]
            A[i, k:] -= factor * A[k, k:]
            b[i] -= factor * b[k]
    x = np.empty(n)
    for i in reversed(range(n)):
        x[i] = (b[i] - A[i, i + 1:] @ x[i + 1:]) / A[i, i]
    return x


def cholesky(A):
    A[0, 0] = np.sqrt(A[0, 0])
    for i in range(1, A.shape[0]):
        for j in range(i):
            A[i, j] -= np.dot(A[i, :j], A[j, :j])
            A[i, j] /= A[j, j]
        A[i, i] -= np.dot(A[i, :i], A[i, :i])
        A[i, i] = np.sqrt(A[i, i])
    return A


def cholesky_lists(A):
    """The textbook's version on lists of lists of floats."""
    n = len(A)
    L = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            s = sum(L[i][k] * L[j][k] for k in range(j))
            if i == j:
                L[i][j] = (A[i][i] - s) ** 0.5
            else:
                L[i][j] = (A[i][j] - s) / L[j][j]
    return L


def durbin(r):
    y = np.empty_like(r)
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, r.shape[0]):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return y


def gramschmidt(A):
    Q = np.zeros_like(A)
    R = np.zeros((A.shape[1], A.shape[1]), dtype=A.dtype)
    for k in range(A.shape[1]):
        nrm = np.dot(A[:, k], A[:, k])
        R[k, k] = np.sqrt(nrm)
        Q[:, k] = A[:, k] / R[k, k]
        for j in range(k + 1, A.shape[1]):
            R[k, j] = np.dot(Q[:, k], A[:, j])
            A[:, j] -= Q[:, k] * R[k, j]
    return Q, R


def gram_schmidt_list(vectors):
    basis = []
    for v in vectors:
        w = v - sum(np.dot(v, b) * b for b in basis)
        if (np.abs(w) > 1e-10).any():
            basis.append(w / np.linalg.norm(w))
    return np.array(basis)


def householder_qr(A):
    m, n = A.shape
    R = A.copy()
    Q = np.eye(m)
    for j in range(n):
        v = R[j:, j].copy()
        v[0] += np.copysign(np.linalg.norm(v), v[0])
        v /= np.linalg.norm(v)
        R[j:, j:] -= 2.0 * np.outer(v, v @ R[j:, j:])
        Q[:, j:] -= 2.0 * np.outer(Q[:, j:] @ v, v)
    return Q, np.triu(R)


def givens_qr(A):
    m, n = A.shape
    for j in range(n):
        for i in range(m - 1, j, -1):
            a, b = A[i - 1, j], A[i, j]
            r = np.hypot(a, b)
            c, s = a / r, -b / r
            G = np.array([[c, -s], [s, c]])
            A[i - 1:i + 1, j:] = G @ A[i - 1:i + 1, j:]
    return A


def correlation(M, float_n, data):
    mean = np.mean(data, axis=0)
    stddev = np.std(data, axis=0)
    stddev[stddev <= 0.1] = 1.0
    data -= mean
    data /= np.sqrt(float_n) * stddev
    corr = np.eye(M, dtype=data.dtype)
    for i in range(M - 1):
        corr[i + 1:M, i] = corr[i, i + 1:M] = data[:, i] @ data[:, i + 1:M]
    return corr


def covariance(M, float_n, data):
    mean = np.mean(data, axis=0)
    data -= mean
    cov = np.zeros((M, M), dtype=data.dtype)
    for i in range(M):
        cov[i:M, i] = cov[i, i:M] = data[:, i] @ data[:, i:M] / (float_n - 1.0)
    return cov


def determinant_by_minors(A):
    """Laplace's expansion by recursion on lists."""
    if len(A) == 1:
        return A[0][0]
    total = 0.0
    for j, a in enumerate(A[0]):
        minor = [row[:j] + row[j + 1:] for row in A[1:]]
        total += (-1) ** j * a * determinant_by_minors(minor)
    return total


def matrix_power_by_squaring(A, n):
    result = np.eye(len(A))
    while n > 0:
        if n & 1:
            result = result @ A
        A = A @ A
        n >>= 1
    return result


def spd(n):
    a = rng.random((n, n))
    return a @ a.T + n * np.eye(n)


def dominant(n):
    return rng.random((n, n)) + n * np.eye(n)


def gaussian_process(x, y, scale, noise):
    K = np.exp(-0.5 * ((x[:, None] - x[None, :]) / scale) ** 2) + noise ** 2 * np.eye(len(x))
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, y)
    weights = np.linalg.solve(L.T, z)
    return 0.5 * np.sum(z ** 2) + np.sum(np.log(np.diag(L))) + np.sum(np.sin(weights) + np.diag(K, 1).sum())


def R(*shape):
    return rng.random(shape)


CASES = [
    Case(gemm, (1.5, 1.2, R(3, 4), R(3, 2), R(2, 4)), ("alpha", "beta", "C", "A", "B"), smoke=True),
    Case(gemm_loops, (1.5, 1.2, R(3, 4), R(3, 2), R(2, 4)), ("alpha", "beta", "C", "A", "B")),
    Case(gemver, (1.5, 1.2, R(4, 4), R(4), R(4), R(4), R(4), R(4), R(4), R(4), R(4)),
         ("alpha", "beta", "A", "u1", "v2", "w", "x", "y", "z")),
    Case(gesummv, (1.5, 1.2, R(4, 4), R(4, 4), R(4)), ("alpha", "beta", "A", "B", "x")),
    Case(k2mm, (1.5, 1.2, R(3, 4), R(4, 2), R(2, 5), R(3, 5)), ("alpha", "beta", "A", "B", "C", "D")),
    Case(k3mm, (R(3, 4), R(4, 2), R(2, 5), R(5, 3)), ("A", "B", "C", "D")),
    Case(atax, (R(3, 4), R(4)), ("A", "x")),
    Case(bicg, (R(3, 4), R(4), R(3)), ("A", "p", "r")),
    Case(mvt, (R(4), R(4), R(4), R(4), R(4, 4)), ("x1", "x2", "y_1", "y_2", "A")),
    Case(doitgen, (3, 2, 4, R(3, 2, 4), R(4, 4)), ("A", "C4")),
    Case(symm, (1.5, 1.2, R(3, 4), R(3, 3), R(3, 4)), ("alpha", "beta", "C", "A", "B")),
    Case(syrk, (1.5, 1.2, R(4, 4), R(4, 3)), ("alpha", "beta", "C", "A")),
    Case(syr2k, (1.5, 1.2, R(4, 4), R(4, 3), R(4, 3)), ("alpha", "beta", "C", "A", "B")),
    Case(trmm, (1.5, R(3, 3), R(3, 4)), ("alpha", "A", "B")),
    Case(trisolv, (dominant(5), R(5), R(5)), ("L", "b")),
    Case(back_substitution, (dominant(4), R(4)), ("U", "b")),
    Case(lu, (dominant(5),), ("A",), smoke=True),
    Case(ludcmp, (dominant(4), R(4)), ("A", "b")),
    Case(lu_with_pivoting, (R(4, 4) - 0.5, R(4)), ("A", "b")),
    Case(cholesky, (spd(4),), ("A",), smoke=True),
    Case(cholesky_lists, (spd(3).tolist(),), ("A",)),
    Case(durbin, (0.3 * R(5),), ("r",)),
    Case(gramschmidt, (R(5, 3),), ("A",)),
    Case(gram_schmidt_list, (R(3, 4),), ("vectors",)),
    Case(householder_qr, (R(4, 3),), ("A",)),
    Case(givens_qr, (R(4, 3),), ("A",)),
    Case(correlation, (3, 5.0, R(5, 3)), ("float_n", "data")),
    Case(covariance, (3, 5.0, R(5, 3)), ("float_n", "data")),
    Case(gaussian_process, (np.linspace(0.0, 9.0, 20), R(20), 0.7, 0.4), ("x", "y", "scale", "noise")),
    Case(determinant_by_minors, (R(4, 4).tolist(),), ("A",)),
    Case(matrix_power_by_squaring, (R(3, 3), 11), ("A",)),
]

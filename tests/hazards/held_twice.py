"""One array in two places of a container or an object, which is changed in one of them."""
import numpy as np


class Body:
    def __init__(self, x):
        self.x = x
        self.start = x


class Blank:
    pass


def displayed(k):
    s = k * np.ones(2)
    rows = [s, s]
    rows[0] += k
    return np.sum(rows[0] * rows[1])


def repeated(k):
    s = k * np.ones(2)
    rows = [s] * 2
    rows[0] += k
    return np.sum(rows[0] * rows[1])


def appended_in_a_loop(k):
    s = k * np.ones(2)
    rows = []
    for _ in range(3):
        rows.append(s)
    rows[0] *= k
    return np.sum(rows[0] * rows[1])


def collected(k):
    s = k * np.ones(2)
    rows = dict.fromkeys("ab", s)
    rows["a"] *= k
    return np.sum(rows["a"] * rows["b"])


def put_beside(k):
    rows = [k * np.ones(2), None]
    rows[1] = rows[0]
    rows[0] *= k
    return np.sum(rows[0] * rows[1])


def two_attributes(k):
    body = Blank()
    body.x = body.start = k * np.ones(2)
    body.x *= k
    return np.sum(body.x * body.start)


def unpacked_into_attributes(k, body=None):
    body = Blank() if body is None else body
    s = k * np.ones(2)
    body.x, body.start = [s, s]
    body.x += k
    body.start *= k
    return np.sum(body.x * body.start)


def two_names(k, table=None):
    table = {} if table is None else table
    s = k * np.ones(2)
    t = s
    table["s"] = s
    table["t"] = t
    table["s"] += k
    return np.sum(table["s"] * table["t"])


def by_a_constructor(k):
    body = Body(k * np.ones(2))
    body.x += k * body.start
    return np.sum(body.x * body.start)


def of_an_attribute(k):
    body = Body(k * np.ones(2))
    body.x = k * body.x
    body.start = body.x
    for _ in range(2):
        body.x += k * body.start
    return np.sum(body.x * body.start)


def unpacked_into_a_given_object(k):
    return unpacked_into_attributes(k, Blank())


def two_names_in_a_given_dict(k):
    return two_names(k, {"s": 0.0, "t": 0.0})


def extended_by_its_own_rows(k):
    rows = [[k], [k * k, 3.0]]
    rows.extend(rows[:2])
    rows[-1][-1] = 2.0 * k
    return sum(sum(row) * (i + 1) for i, row in enumerate(rows))


def added_to_itself_in_part(k):
    rows = [[k], [k * k, 3.0]]
    rows = rows + rows[:2]
    rows[-1][-1] = 2.0 * k
    return sum(sum(row) * (i + 1) for i, row in enumerate(rows))


def parts_that_overlap(k):
    rows = [[k], [k * k, 3.0], [k]]
    rows = rows[:2] + rows[1:]
    rows[1][-1] = 2.0 * k
    return sum(sum(row) * (i + 1) for i, row in enumerate(rows))


def part_of_a_list_in_use(k):
    rows, other = [[k], [k * k, 3.0]], [[k]]
    other.extend(rows[:1])
    other[-1][-1] = 2.0 * k
    return sum(sum(row) * (i + 1) for i, row in enumerate(rows)) + sum(map(sum, other))


PROGRAMS = (displayed, repeated, appended_in_a_loop, collected, put_beside, two_attributes, unpacked_into_attributes, two_names,
            by_a_constructor, of_an_attribute, unpacked_into_a_given_object, two_names_in_a_given_dict,
            extended_by_its_own_rows, added_to_itself_in_part, parts_that_overlap, part_of_a_list_in_use)

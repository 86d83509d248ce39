"""Dicts of which entries are stored, looked up with defaults and updated at once, and loops over dicts that were made here."""
import collections

import numpy as np

from programs.harness import Case


def swapped(d):
    d["u"], d["w"] = d["w"], d["u"]
    return d["u"]


def default_that_changes_the_dict(d, r):
    v = d.get("u", swapped(d)) * r
    return d["u"] * v + d.get("none", swapped(d))


def defaults_that_are_stored(d, r):
    v = d.setdefault("u", swapped(d))
    w = d.setdefault("z", swapped(d))
    return v * r + w * d["u"]


def default_of_what_is_taken_out(d, r):
    v = d.pop("u", swapped(d))
    return v * r + d["w"]


def updated_at_once(d, r):
    d.update(u=d["w"], w=d["u"] * r)
    d.update({"u": d["w"], "w": d["u"] * r})
    return d["u"] * r + d["w"]


def updated_from_a_dict_and_by_name(d, r):
    d.update(dict(u=d["w"] * r), w=d["u"] * r)
    return d["u"] * r + d["w"]


def updated_by_an_operator(d, r):
    d |= {"u": d["w"] * r, "w": d["u"]}
    return d["u"] + d["w"] * r


def length_of_what_is_updated(d, r):
    d.update(n=len(d), m=len(d))
    return d["u"] * d["n"] * d["m"] * r


def keys_of_a_comprehension(d, r):
    scaled = {k: v * r for k, v in d.items()}
    scaled["z"] = r
    return sum(scaled[k] * r for k in scaled) + sum([scaled[k] for k in sorted(scaled)])


def loop_over_a_comprehension(d, r):
    scaled = {k: v * r for k, v in d.items()}
    s = 0.0
    for x in (1.0, 2.0):
        for k in scaled:
            s = s * 0.5 + scaled[k] * x
    return s


def scaled_by(d, r):
    out = {}
    for k in d:
        out[k] = d[k] * r
    return out


def loops_over_dicts_that_others_made(d, r):
    made = scaled_by(d, r)
    several = [{k: v * r for k, v in d.items()} for _ in range(2)]
    s = 0.0
    for k in made:
        s += made[k] * r
    for one in (*several, dict(made), {**made}, made.copy()):
        for k in one:
            s += np.sin(one[k])
    return s


def counter_that_is_updated(d, r):
    c = collections.Counter({"u": d["u"]})
    t = c["u"] * r
    c.update({"u": r, "w": 2.0})
    c.update(w=d["w"])
    return t * c["u"] ** 2 * c["w"]


def keys_of_what_is_annotated(d: dict, r):
    s = 0.0
    for k in d:
        s += len(k) * r
    return s * d["u"]


D = {"u": 0.37, "w": -0.63}
CASES = [Case(f, (D, 0.7), wrt) for f in (
    default_that_changes_the_dict, defaults_that_are_stored, default_of_what_is_taken_out, updated_at_once,
    updated_from_a_dict_and_by_name, updated_by_an_operator, length_of_what_is_updated, keys_of_a_comprehension,
    loop_over_a_comprehension, loops_over_dicts_that_others_made,
    counter_that_is_updated, keys_of_what_is_annotated) for wrt in (("d", "r"), ("d",), ("r",))
    if f is not default_that_changes_the_dict or "d" in wrt]  # refused: of `d` nothing varies then

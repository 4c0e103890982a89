"""Toys have the shape that their names promise, as scikit-learn draws it where it does; one seed draws one toy."""

import numpy as np
import pytest

from nn import datasets

TOYS = {"moons": 2, "circles": 2, "spirals": 2, "blobs": 3, "xor": 2, "sine": 0}


def draw(name, seed=0, **options):
    return getattr(datasets, name)(rng=np.random.default_rng(seed), **options)


@pytest.mark.parametrize("name", TOYS)
def test_toys_are_balanced_and_of_the_size_asked_for(name):
    toy = draw(name, samples=31)
    assert toy.inputs.shape == (31, len(toy.feature_names))
    assert len(toy.target_names) == TOYS[name]
    if TOYS[name]:
        counts = np.bincount(toy.targets)
        assert len(counts) == TOYS[name]
        assert np.ptp(counts) <= 1
        assert toy.targets.dtype == np.int64


@pytest.mark.parametrize("name", TOYS)
def test_one_seed_draws_one_toy_and_noise_is_what_the_seed_decides(name):
    one, same, other, clear, clear_too = (
        draw(name, seed, **options)
        for seed, options in ((1, {}), (1, {}), (2, {}), (1, {"noise": 0.0}), (2, {"noise": 0.0})))
    everything = [np.column_stack([toy.inputs, toy.targets]) for toy in (one, same, other, clear, clear_too)]
    np.testing.assert_array_equal(everything[0], everything[1])
    assert not np.array_equal(everything[0], everything[2])
    np.testing.assert_array_equal(everything[3], everything[4])


@pytest.mark.parametrize(("name", "options", "theirs"), [
    ("moons", {}, {}), ("circles", {"factor": 0.3}, {"factor": 0.3}), ("circles", {"factor": 0.8}, {"factor": 0.8}),
])
@pytest.mark.parametrize("samples", [2, 50, 120])
def test_moons_and_circles_without_noise_are_scikit_learns(name, options, theirs, samples):
    reference = getattr(pytest.importorskip("sklearn.datasets"), f"make_{name}")
    inputs, targets = reference(samples, shuffle=False, noise=None, **theirs)
    toy = draw(name, samples=samples, noise=0.0, **options)
    np.testing.assert_allclose(toy.inputs, inputs, atol=1e-15)
    np.testing.assert_array_equal(toy.targets, targets)


@pytest.mark.parametrize("name", TOYS)
def test_noise_is_a_standard_deviation(name):
    noisy, clear = draw(name, samples=4000, noise=0.3), draw(name, samples=4000, noise=0.0)
    moved = noisy.targets - clear.targets if name == "sine" else noisy.inputs - clear.inputs
    assert moved.std() == pytest.approx(0.3, rel=0.05)
    assert moved.mean() == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_arms_of_a_spiral_are_one_arm_turned(classes):
    toy = draw("spirals", samples=40 * classes, classes=classes, noise=0.0, turns=1.5)
    arms = toy.inputs.reshape(classes, 40, 2) @ np.array([1, 1j])
    np.testing.assert_allclose(arms, arms[0] * np.exp(2j * np.pi * np.arange(classes) / classes)[:, None], atol=1e-14)
    np.testing.assert_allclose(np.abs(arms[0]), np.linspace(0.05, 1.0, 40))
    assert np.unwrap(np.angle(arms[0])).max() - np.angle(arms[0])[0] == pytest.approx(2 * np.pi * 1.5 * 0.95)


def test_centres_of_blobs_are_as_far_from_each_other_on_the_unit_circle():
    toy = draw("blobs", samples=4000, classes=4, noise=0.1)
    centres = np.array([toy.inputs[toy.targets == label].mean(axis=0) for label in range(4)])
    np.testing.assert_allclose(centres, [[1, 0], [0, 1], [-1, 0], [0, -1]], atol=0.02)


def test_class_of_xor_is_whether_just_one_coordinate_is_large():
    toy = draw("xor", samples=400, noise=0.05)
    np.testing.assert_array_equal((toy.inputs > 0.5).sum(axis=1) % 2, toy.targets)


def test_targets_of_sine_without_noise_are_the_sine():
    toy = draw("sine", noise=0.0)
    np.testing.assert_array_equal(toy.targets, np.sin(toy.inputs[:, 0]))


@pytest.mark.parametrize(("name", "options", "phrase"), [
    ("moons", {"samples": 1}, "samples=1 must"), ("moons", {"noise": -0.1}, "noise=-0.1"),
    ("xor", {"noise": float("nan")}, "noise=nan"), ("circles", {"factor": 1.0}, "factor=1.0"),
    ("spirals", {"classes": 0}, "of 0 classes"), ("sine", {"samples": 0}, "samples=0"),
])
def test_options_that_draw_nothing_sensible_are_refused(name, options, phrase):
    with pytest.raises(ValueError, match=phrase):
        draw(name, **options)

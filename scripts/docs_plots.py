"""Draw the plots of docs/decide.md and docs/prove.md, in both languages, from simulations with a fixed seed.

python scripts/docs_plots.py          writes docs/pictures/{looking,traffic,gate}-{en,fr}.svg
"""

from __future__ import annotations

import math
from collections.abc import Sequence as Many
from pathlib import Path

import numpy as np

from gale.decision.gate import Evidence, Gate
from gale.decision.learner import Arm, Batch, Learner
from gale.decision.snapshot import Snapshot
from gale.records.documents import FeatureSpec, PolicyLimits
from gale.stats import Moments, Sequence

OUT = Path(__file__).parent.parent / "docs" / "pictures"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 300, 76, 185, 22, 40
STYLE = (
    "<style>text{font:12px system-ui,sans-serif;fill:#33474f}.t{font-weight:600}.axis{stroke:#9fb0b6}.zero{stroke:#14242b}"
    ".band{fill:#2f6f7e;opacity:.22}.line{stroke:#14506b;stroke-width:2;fill:none}.naive{stroke:#b3261e;stroke-width:1.5;"
    "fill:none;stroke-dasharray:5 4}.mark{fill:#b3261e}.on{fill:#14506b}</style>"
)
ARMS = ("#14506b", "#5b9aa8", "#c98b2c", "#9a5b8f", "#8aa06b")

Point = tuple[float, float]


class Frame:
    """A plotting frame: data to pixels, and the pieces of one SVG."""

    def __init__(self, x: Point, y: Point, title: str, said: str) -> None:
        self.x, self.y = x, y
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">',
            STYLE,
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f7f9f8"/><text class="t" x="{LEFT}" y="14">{title}</text>',
        ]

    def at(self, x: float, y: float) -> Point:
        px = LEFT + (x - self.x[0]) / (self.x[1] - self.x[0]) * (WIDTH - LEFT - RIGHT)
        py = (
            HEIGHT
            - BOTTOM
            - (min(max(y, self.y[0]), self.y[1]) - self.y[0]) / (self.y[1] - self.y[0]) * (HEIGHT - TOP - BOTTOM)
        )
        return round(px, 1), round(py, 1)

    def path(self, points: Many[Point]) -> str:
        return "M" + "L".join(f"{px} {py}" for px, py in (self.at(*p) for p in points))

    def line(self, points: Many[Point], kind: str, colour: str = "") -> None:
        look = f' style="stroke:{colour}"' if colour else ""
        self.parts.append(f'<path class="{kind}" d="{self.path(points)}"{look}/>')

    def band(self, low: Many[Point], high: Many[Point]) -> None:
        self.parts.append(f'<path class="band" d="{self.path([*low, *reversed(high)])}Z"/>')

    def area(self, low: Many[Point], high: Many[Point], colour: str) -> None:
        self.parts.append(f'<path d="{self.path([*low, *reversed(high)])}Z" fill="{colour}"/>')

    def level(self, y: float) -> None:
        self.line([(self.x[0], y), (self.x[1], y)], "zero")

    def text(self, x: float, y: float, said: str, dx: float = 6, anchor: str = "start") -> None:
        px, py = self.at(x, y)
        self.parts.append(f'<text x="{px + dx}" y="{py + 4}" text-anchor="{anchor}">{said}</text>')

    def dot(self, x: float, y: float, kind: str) -> None:
        px, py = self.at(x, y)
        self.parts.append(f'<circle class="{kind}" cx="{px}" cy="{py}" r="4.5"/>')

    def axis(self, said: str, ticks: Many[tuple[float, str]], levels: Many[tuple[float, str]]) -> None:
        for y, name in levels:
            self.text(self.x[0], y, name, -8, "end")
            self.line([(self.x[0], y), (self.x[1], y)], "axis", "#dfe6e8")
        for x, name in ticks:
            px, _ = self.at(x, self.y[0])
            self.parts.append(f'<text x="{px}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{name}</text>')
        px, _ = self.at((self.x[0] + self.x[1]) / 2, self.y[0])
        self.parts.append(f'<text x="{px}" y="{HEIGHT - 6}" text-anchor="middle">{said}</text>')

    def write(self, name: str) -> None:
        OUT.mkdir(exist_ok=True)
        (OUT / f"{name}.svg").write_text("\n".join([*self.parts, "</svg>\n"]), encoding="utf-8")


def looking() -> None:
    """One campaign that does nothing, looked at a hundred times: the naive interval lies once, the sequence never."""
    planned, looks = 20_000, 100
    for seed in range(400):  # the first campaign in which the naive interval errs, as a third of them do
        rng = np.random.default_rng(seed)
        draws = rng.normal(0, 1, planned)
        n = np.linspace(planned / looks, planned, looks).astype(int)
        mean = np.cumsum(draws)[n - 1] / n
        naive = 1.96 / np.sqrt(n)
        wrong = np.flatnonzero(np.abs(mean) > naive)
        if len(wrong) and wrong[0] > 15:
            break
    sequence = Sequence.plan(planned)
    reach = np.array([sequence.multiplier(int(k)) / math.sqrt(k) for k in n])
    words = {
        "en": ("A campaign without any effect, looked at a hundred times", "people counted (simulated)", "always valid", "95 % of one look", "a false winner"),
        "fr": ("Une campagne sans aucun effet, regardée cent fois", "personnes comptées (simulation)", "valable à tout moment", "95 % d’un seul regard", "un faux gagnant"),
    }  # fmt: skip
    for locale, (title, under, ours, theirs, lie) in words.items():
        frame = Frame((0, planned), (-0.12, 0.12), title, title)
        frame.axis(
            under,
            [(0, "0"), (planned / 2, _n(planned // 2, locale)), (planned, _n(planned, locale))],
            [
                (-0.1, "−0.1".replace(".", "," if locale == "fr" else ".")),
                (0.1, "+0.1".replace(".", "," if locale == "fr" else ".")),
            ],
        )
        shown = [k for k in range(looks) if n[k] >= sequence.first]
        frame.band([(n[k], mean[k] - reach[k]) for k in shown], [(n[k], mean[k] + reach[k]) for k in shown])
        frame.level(0)
        for sign in (-1, 1):
            frame.line([(n[k], mean[k] + sign * naive[k]) for k in shown], "naive")
        frame.line([(n[k], mean[k]) for k in shown], "line")
        k = int(wrong[0])
        frame.dot(n[k], mean[k] - math.copysign(naive[k], mean[k]), "mark")
        frame.text(n[k], mean[k] - math.copysign(naive[k], mean[k]) - 0.012 * math.copysign(1, mean[k]), lie, 8)
        frame.text(n[-1], mean[-1] + reach[-1] + 0.004, ours, 8)
        frame.text(n[-1], mean[-1] - naive[-1] - 0.004, theirs, 8)
        frame.write(f"looking-{locale}")


def traffic() -> None:
    """Five variants over thirty rounds; at half time one wears out. Shares of the traffic, as the policy gives them."""
    rates = np.array([0.050, 0.058, 0.046, 0.054, 0.049])
    rng = np.random.default_rng(4)
    limits = PolicyLimits(personal=False)
    learner = Learner.start([Arm(f"v{i}") for i in range(5)], [], limits, 1)
    shares, rounds, size = [], 40, 1500
    for step in range(rounds):
        now = rates.copy()
        if step >= rounds // 2:
            now[1] = 0.036
        snapshot = Snapshot.load(learner.snapshot("c", "s", step + 1, step))
        share = snapshot.propensities(np.ones(learner.encoder.size))
        shares.append(share)
        arm = rng.choice(5, size=size, p=share / share.sum())
        reward = (rng.random(size) < now[arm]).astype(float)
        learner = learner.learn(
            Batch(arm=arm, features=np.ones((size, learner.encoder.size)), reward=reward, propensity=share[arm])
        )
    table = np.array(shares)
    words = {
        "en": ("Where the traffic went, while the second variant wore out", "rounds of 1,500 decisions (simulated)", "variant"),
        "fr": ("Où est allé le trafic, pendant que la deuxième variante s’usait", "tours de 1 500 décisions (simulation)", "variante"),
    }  # fmt: skip
    for locale, (title, under, name) in words.items():
        frame = Frame((0, rounds - 1), (0, 1), title, title)
        low = np.zeros(rounds)
        for arm in range(5):
            high = low + table[:, arm]
            frame.area([(k, low[k]) for k in range(rounds)], [(k, high[k]) for k in range(rounds)], ARMS[arm])
            if table[-1, arm] > 0.04:
                frame.text(rounds - 1, (low[-1] + high[-1]) / 2, f"{name} {arm + 1}", 8)
            elif table[rounds // 2, arm] > 0.5:  # the one that wears out, named where it was at home
                frame.text(rounds / 2 - 8, (low[rounds // 2] + high[rounds // 2]) / 2, f"{name} {arm + 1}", 0, "middle")
            low = high
        frame.line([(rounds / 2, 0), (rounds / 2, 1)], "zero")
        frame.axis(
            under, [(0, "1"), (rounds / 2, str(rounds // 2)), (rounds - 1, str(rounds))], [(0.0, "0 %"), (1.0, "100 %")]
        )
        frame.write(f"traffic-{locale}")


def gate() -> None:
    """Two campaigns: tastes differ in one, in the other they do not. The gate opens in the first alone."""
    specs = [FeatureSpec(name="early", kind="number")]
    curves = {}
    for differ in (True, False):
        rng = np.random.default_rng(11)
        learner = Learner.start([Arm(f"v{i}") for i in range(4)], specs, PolicyLimits(), 3)
        state, rows = Gate.start(24_000), []
        for step in range(24):
            size = 1_000
            early = rng.choice([-1.0, 1.0], size=size)
            x = np.array([learner.encoder.encode({"early": e}) for e in early.tolist()])
            snapshot = Snapshot.load(learner.snapshot("c", "s", step + 1, step))
            share = snapshot.propensities_many(x)
            arm = np.array([rng.choice(4, p=p / p.sum()) for p in share])
            taste = np.array([0.9, 0.5, -0.5, -0.9]) if differ else np.zeros(4)
            chance = 0.10 * (1 + 0.5 * taste[arm] * early)
            reward = (rng.random(size) < chance).astype(float)
            batch = Batch(arm=arm, features=x, reward=reward, propensity=share[np.arange(size), arm])
            evidence = learner.evidence(batch) if step else Evidence(Moments())
            state = state.update(evidence)
            learner = learner.learn(batch)
            told = state.state
            if math.isfinite(told.low):
                rows.append((told.n, told.low, told.estimate, told.high))
            if state.opened:
                break
        curves[differ] = rows
    words = {
        "en": ("Is a personal choice worth more than the best single message?", "decisions judged (simulated)", "tastes differ: proven, opens", "tastes alike: stays shut", "pts"),
        "fr": ("Le choix personnel vaut-il plus que le meilleur message unique\u202f?", "décisions jugées (simulation)", "les goûts diffèrent\u00a0: prouvé", "les goûts se valent\u00a0: fermé", "pts"),
    }  # fmt: skip
    most = max(r[0] for rows in curves.values() for r in rows)
    for locale, (title, under, yes, no, unit) in words.items():
        frame = Frame((0, most), (-0.05, 0.08), title, title)
        comma = "," if locale == "fr" else "."
        frame.axis(
            under,
            [(0, "0"), (most, _n(int(most), locale))],
            [(-0.04, f"−4 {unit}"), (0.04, f"+4 {unit}".replace(".", comma))],
        )
        for differ, rows in curves.items():
            if differ:
                frame.band([(r[0], r[1]) for r in rows], [(r[0], r[3]) for r in rows])
            else:
                frame.line([(r[0], r[1]) for r in rows], "naive")
                frame.line([(r[0], r[3]) for r in rows], "naive")
            frame.line([(r[0], r[2]) for r in rows], "line", "" if differ else "#b3261e")
        frame.level(0)
        last = curves[True][-1]
        frame.dot(last[0], last[1], "on")
        frame.text(last[0], last[3] + 0.006, yes, 8)
        frame.text(curves[False][-1][0], curves[False][-1][2] - 0.004, no, 8)
        frame.write(f"gate-{locale}")


def _n(value: int, locale: str) -> str:
    return f"{value:,}".replace(",", "\u202f" if locale == "fr" else ",")


if __name__ == "__main__":
    looking()
    traffic()
    gate()

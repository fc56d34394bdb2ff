"""The rules of docs/mechanisms/programme.md in plain loops, one number at a time.

Written to be compared with the page line by line, and independent of the package: the mechanism
is held against it. Actors are counted from 0.
"""

from __future__ import annotations

from dataclasses import dataclass

EQUAL = 1e-5
"""Expected utilities and moves that are as close as this count as equal."""


@dataclass(frozen=True)
class Actor:
    position: float
    capability: float
    salience: float


def shares(actors):
    """Return each actor's share of the weight."""
    thrown_in = [actor.capability * actor.salience for actor in actors]
    if sum(thrown_in) == 0:
        return [1 / len(actors) for _ in actors]
    return [each / sum(thrown_in) for each in thrown_in]


def compromise(actors):
    return sum(share * actor.position for share, actor in zip(shares(actors), actors, strict=True))


def median(actors):
    return median_of([actor.position for actor in actors], shares(actors))


def median_of(positions, weight):
    """Return the position at which the weights, added up from the lower end, reach a half."""
    reached = 0.0
    for position, share in sorted(zip(positions, weight, strict=True)):
        reached += share
        if reached >= 0.5 - EQUAL:
            return position
    raise AssertionError


def challenge(actors, rounds):
    return _play(actors, rounds, replication=False)


def challenge_replication(actors, rounds):
    return _play(actors, rounds, replication=True)


def _play(actors, rounds, *, replication):
    low = min(actor.position for actor in actors)
    high = max(actor.position for actor in actors)
    spread = high - low if high > low else 1.0
    weight, salience = shares(actors), [actor.salience for actor in actors]
    places = [(actor.position - low) / spread for actor in actors]
    for _ in range(rounds):
        places = _round(places, weight, salience, replication=replication)
    return low + spread * median_of(places, weight)


def _round(places, weight, salience, *, replication):
    everyone = range(len(places))
    risk = _risks(places, weight, salience, replication=replication)
    chances = _chances(places, weight, risk, replication=replication)
    after = []
    for i in everyone:
        offers = []
        for j in everyone:
            if j == i:
                continue
            apart = abs(places[i] - places[j])
            gain = _expected_gain(apart, chances[i][j], salience[j], risk[i])
            threat = _expected_gain(
                apart, chances[j][i], salience[i], risk[i if replication else j]
            )
            offer = _offer(places[i], places[j], gain, threat, replication=replication)
            if offer is not None:
                offers.append(offer)
        after.append(_take_offer(offers) if offers else places[i])
    return after


def _risks(places, weight, salience, *, replication):
    everyone = range(len(places))
    neutral = [1.0] * len(places)
    chances = _chances(places, weight, neutral, replication=replication)
    threats = []
    for i in everyone:
        threats.append(0.0)
        for j in everyone:
            if j != i:
                apart = abs(places[i] - places[j])
                threats[i] += _expected_gain(apart, chances[j][i], salience[i], 1.0)
    most, least = max(threats), min(threats)
    if most - least == 0:
        return neutral
    exposures = [(2 * threat - most - least) / (most - least) for threat in threats]
    return [(1 - exposure / 3) / (1 + exposure / 3) for exposure in exposures]


def _chances(places, weight, risk, *, replication):
    """Return for each pair the share of the weight it divides that prefers the first."""
    everyone = range(len(places))
    votes = [
        [[_vote(places, weight, k, i, j, risk, replication) for k in everyone] for j in everyone]
        for i in everyone
    ]
    divided = [[sum(abs(vote) for vote in votes[i][j]) for j in everyone] for i in everyone]
    if replication:
        everything = sum(sum(row) for row in divided)
        divided = [[everything for _ in everyone] for _ in everyone]
    return [
        [
            sum(max(vote, 0.0) for vote in votes[i][j]) / divided[i][j] if divided[i][j] else 0.0
            for j in everyone
        ]
        for i in everyone
    ]


def _vote(places, weight, k, i, j, risk, replication):
    """Return by how much voter k prefers the place of i to that of j, times its weight."""
    to_j, to_i = abs(places[k] - places[j]), abs(places[k] - places[i])
    if replication:
        to_j, to_i = to_j ** risk[k], to_i ** risk[k]
    return weight[k] * (to_j - to_i)


def _expected_gain(apart, chance, resistance, risk):
    success = 2 - 4 * (0.5 - 0.5 * apart) ** risk
    failure = 2 - 4 * (0.5 + 0.5 * apart) ** risk
    status_quo = 2 - 4 * 0.5**risk
    if_challenged = resistance * (chance * success + (1 - chance) * failure)
    return if_challenged + (1 - resistance) * success - status_quo


def _offer(mine, theirs, gain, threat, *, replication):
    """Return kind, price, what its maker expects, and where it leads."""
    move = abs(theirs - mine)
    if gain > EQUAL and threat > gain + EQUAL:
        return 0, move, threat, theirs
    if gain < -EQUAL and threat > EQUAL:
        if threat > -gain + EQUAL:
            target = mine + (theirs - mine) * abs(gain / threat)
            price = abs(target - mine)
            if replication:
                price = (abs(gain) * mine + threat * theirs) / (abs(gain) + threat)
            return 1, price, threat, target
        return 2, move, threat, theirs
    return None


def _take_offer(offers):
    best = min(kind for kind, _, _, _ in offers)
    left = [offer for offer in offers if offer[0] == best]
    cheapest = min(price for _, price, _, _ in left)
    left = [offer for offer in left if offer[1] <= cheapest + EQUAL]
    strongest = max(expected for _, _, expected, _ in left)
    left = [offer for offer in left if offer[2] >= strongest - EQUAL]
    return sum(target for _, _, _, target in left) / len(left)

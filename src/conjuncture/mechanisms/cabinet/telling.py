"""How a chronicle tells the making of a cabinet."""

from __future__ import annotations

from typing import cast

from conjuncture.mechanisms.cabinet.inputs import NOBODY, Stage
from conjuncture.mechanisms.telling import Told, capital, listed


def tell(told: Told) -> list[str]:
    """Return what was offered, who took it and who objected."""
    stage = cast("Stage", told.stage)
    setter = stage.protocol == "setter"
    sentences = told_of_an_offer(told, stage) if setter else told_of_votes(told, stage)
    return [capital(sentence) for sentence in sentences]


def told_of_an_offer(told: Told, stage: Stage) -> list[str]:
    """Return the sentences of the ``setter``."""
    formateur = told.name(stage.formateur or "")
    offers = [
        f"{told.name(name)} {share(told.number('offered', name))}"
        for name in stage.claimants
        if told.number("offered", name) > 0
    ]
    if not offers:
        return [f"{formateur} offered nobody any posts.", *ended(told)]
    said = [f"{formateur} offered {listed(offers)} of the posts."]
    refusing = [told.name(name) for name in stage.claimants if told.number("refused", name) > 0]
    vetoing = [told.name(name) for name in stage.veto_players if told.number("vetoed", name) > 0]
    if refusing:
        said.append(f"{listed(refusing)} refused.")
    elif vetoing:
        said.append(f"The offer was accepted, but {listed(vetoing)} objected.")
    else:
        said.append("The offer was accepted and nobody objected.")
    return [*said, *ended(told)]


def told_of_votes(told: Told, stage: Stage) -> list[str]:
    """Return the sentences of the ``closed_rule``."""
    proposer = told.label("proposer")
    if proposer == NOBODY:
        return ["Those who were left had not the votes for any cabinet.", *ended(told)]
    partners = [
        f"{told.name(name)} with {share(told.number('posts', name))}"
        for name in stage.claimants
        if told.number("partner", name) > 0
    ]
    kept = share(told.number("posts", proposer))
    with_whom = f" took in {listed(partners)} of the posts and" if partners else ""
    return [f"{told.name(proposer)}{with_whom} kept {kept}.", *ended(told)]


def ended(told: Told) -> list[str]:
    """Return what is said of an outcome that an intervention imposed."""
    words = {
        "formed": "the cabinet was formed",
        "refused": "the claimants refused",
        "vetoed": "the cabinet was vetoed",
        "not_offered": "no offer was made",
    }
    return [f"It was imposed that {words[told.outcome]}."] if told.imposed else []


def share(number: float) -> str:
    """Return a share as a rounded percentage.

    Examples
    --------
    >>> share(0.254)
    '25 %'
    """
    return f"{100 * number:.0f} %"

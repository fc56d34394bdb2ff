"""How a chronicle tells the making of a cabinet."""

from __future__ import annotations

from typing import cast

from conjuncture.mechanisms.cabinet.inputs import NOBODY, Stage
from conjuncture.mechanisms.narrators import StageHistory, capitalise, join_words
from conjuncture.numbers import percent_in_text as percent


def tell(told: StageHistory) -> list[str]:
    """Return what was offered, who took it and who objected."""
    stage = cast("Stage", told.stage)
    setter = stage.protocol == "setter"
    sentences = tell_offer(told, stage) if setter else tell_votes(told, stage)
    return [capitalise(sentence) for sentence in sentences]


def tell_offer(told: StageHistory, stage: Stage) -> list[str]:
    """Return the sentences of the ``setter``."""
    formateur = told.name(stage.formateur or "")
    offers = [
        f"{told.name(name)} {percent(told.number('offered', name))}"
        for name in stage.claimants
        if told.number("offered", name) > 0
    ]
    if not offers:
        return [f"{formateur} offered nobody any posts.", *tell_imposed_outcome(told)]
    said = [f"{formateur} offered {join_words(offers)} of the posts."]
    refusing = [told.name(name) for name in stage.claimants if told.number("refused", name) > 0]
    vetoing = [told.name(name) for name in stage.veto_players if told.number("vetoed", name) > 0]
    if refusing:
        said.append(f"{join_words(refusing)} refused.")
    elif vetoing:
        said.append(f"The offer was accepted, but {join_words(vetoing)} objected.")
    else:
        said.append("The offer was accepted and nobody objected.")
    return [*said, *tell_imposed_outcome(told)]


def tell_votes(told: StageHistory, stage: Stage) -> list[str]:
    """Return the sentences of the ``closed_rule``."""
    proposer = told.label("proposer")
    if proposer == NOBODY:
        return [
            "Those who were left had not the votes for any cabinet.",
            *tell_imposed_outcome(told),
        ]
    partners = [
        f"{told.name(name)} with {percent(told.number('posts', name))}"
        for name in stage.claimants
        if told.number("partner", name) > 0
    ]
    kept = percent(told.number("posts", proposer))
    with_whom = f" took in {join_words(partners)} of the posts and" if partners else ""
    return [f"{told.name(proposer)}{with_whom} kept {kept}.", *tell_imposed_outcome(told)]


def tell_imposed_outcome(told: StageHistory) -> list[str]:
    """Return what is said of an outcome that an intervention imposed."""
    words = {
        "formed": "the cabinet was formed",
        "refused": "the claimants refused",
        "vetoed": "the cabinet was vetoed",
        "not_offered": "no offer was made",
    }
    return [f"It was imposed that {words[told.outcome]}."] if told.imposed else []

"""How a chronicle tells the making of a cabinet."""

from __future__ import annotations

from typing import cast

from conjuncture.mechanisms.cabinet.inputs import NOBODY, Stage
from conjuncture.mechanisms.registry import StageHistory, capitalise, join_words
from conjuncture.number_format import percent_in_text as percent


def tell(record: StageHistory) -> list[str]:
    """Return what was offered, who took it and who objected."""
    stage = cast("Stage", record.stage)
    setter = stage.protocol == "setter"
    sentences = tell_offer(record, stage) if setter else tell_votes(record, stage)
    return [capitalise(sentence) for sentence in sentences]


def tell_offer(record: StageHistory, stage: Stage) -> list[str]:
    """Return the sentences of the ``setter``."""
    formateur = record.name(stage.formateur or "")
    offers = [
        f"{record.name(name)} {percent(record.number('offered', name))}"
        for name in stage.claimants
        if record.number("offered", name) > 0
    ]
    if not offers:
        return [f"{formateur} offered nobody any posts.", *tell_imposed_outcome(record)]
    said = [f"{formateur} offered {join_words(offers)} of the posts."]
    refusing = [record.name(name) for name in stage.claimants if record.number("refused", name) > 0]
    vetoing = [
        record.name(name) for name in stage.veto_players if record.number("vetoed", name) > 0
    ]
    if refusing:
        said.append(f"{join_words(refusing)} refused.")
    elif vetoing:
        said.append(f"The offer was accepted, but {join_words(vetoing)} objected.")
    else:
        said.append("The offer was accepted and nobody objected.")
    return [*said, *tell_imposed_outcome(record)]


def tell_votes(record: StageHistory, stage: Stage) -> list[str]:
    """Return the sentences of the ``closed_rule``."""
    proposer = record.label("proposer")
    if proposer == NOBODY:
        return [
            "Those who were left had not the votes for any cabinet.",
            *tell_imposed_outcome(record),
        ]
    partners = [
        f"{record.name(name)} with {percent(record.number('posts', name))}"
        for name in stage.claimants
        if record.number("partner", name) > 0
    ]
    kept = percent(record.number("posts", proposer))
    with_whom = f" took in {join_words(partners)} of the posts and" if partners else ""
    return [f"{record.name(proposer)}{with_whom} kept {kept}.", *tell_imposed_outcome(record)]


def tell_imposed_outcome(record: StageHistory) -> list[str]:
    """Return what is said of an outcome that an intervention imposed."""
    words = {
        "formed": "the cabinet was formed",
        "refused": "the claimants refused",
        "vetoed": "the cabinet was vetoed",
        "not_offered": "no offer was made",
    }
    return [f"It was imposed that {words[record.outcome]}."] if record.imposed else []

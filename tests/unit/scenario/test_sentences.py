"""Sentences end where sentences end: examples split by hand, in several languages."""

from __future__ import annotations

import pytest

from conjuncture.scenario.account import Account
from conjuncture.scenario.source import SourceFile

SPLIT = [
    # English
    "Gen. J. J. Torres met Col. Miranda at 5 p.m. in St. Peter. | He left.",
    "He came at 5 p.m. | The crowd had gone.",
    "He came at 5 p.m. Friday. | Nobody knew.",
    "U.S. aid (ca. $2.5 m.) came. | It was late.",
    "The U.S. Army trained them. | They fled.",
    "He had fled to the U.S. | The junta stayed.",
    "Dr. No met Mr. Will and Mrs. Le Roy. | They spoke.",
    "Torres vs. Miranda was over. | So was the war.",
    "They wanted bread, land, etc. | Torres gave none.",
    "They wanted bread, land, etc., and got none.",
    "Some, e.g. the miners, i.e. the best armed, stayed. | Cf. Lora 1977.",
    "“Why?” he asked. | Nobody answered.",
    "“Why?” Torres asked. | Nobody answered.",
    "“Long live the army!” shouted the crowd. | It dispersed.",
    "“We have won.” | Torres left the palace.",
    "He said: “We have won.” | Torres left.",
    "He was (alas!) Torres's friend. | He left.",
    "(He was late.) | Torres had left.",
    "They left... nobody knew. | It rained.",
    "They left… | Torres stayed.",
    "He met [...] Torres. | It rained.",
    "He met Torres. | […] It rained.",
    "He met . . . Torres. | It rained.",
    "Inflation was 2.5 percent in 1970. | In 1971 it rose.",
    "See No. 5, p. 12, vol. II of the report. | He said no. | Nobody asked.",
    "On Oct. 7 he fled. | It was Oct. | Nobody cared.",
    "He fled.[1] | Torres stayed.[2] | It rained.",
    "He fled.¹ | Torres stayed.",
    "Really?! | Yes! | No...",
    "Martin Luther King Jr. spoke. | Lopez Jr. | They listened.",
    "The firm Gulf Oil Co. and Gulf Inc. left. | Others stayed.",
    "He saw it all. | al-Bashir resigned.",
    "It was plan B. | They had no plan C. | Torres knew.",
    "In World War I. | The army split.",
    "Ahmed et al. wrote so. | It is disputed.",
    "On 7.10. the troops came. | It rained.",
    "Prof. A. B. Cohen (b. 1931) wrote it. | Others agreed.",
    "Yahoo! wrote of it. | Others did not.",
    # German
    "Am 3. Mai kam z. B. die Partei. | Sie ging.",
    "Der 2. Weltkrieg endete. | Das Volk, d. h. die Mehrheit, schwieg.",
    "Gen. Schmidt u. a. waren da, bzw. kamen später. | Dr. Maier fehlte.",
    "Er kam usw. | Dann ging er.",
    "„Warum?“, fragte er. | Niemand antwortete.",
    "„Es lebe die Armee!“, rief die Menge. | Sie zerstreute sich.",
    "Im Jahr 200 v. Chr. war Krieg. | Er dauerte.",
    "Die 1. Division zählte ca. 5 Tsd. Mann. | Nr. 7 fehlte.",
    "Sie waren 21. | Die anderen älter.",
    "Er sagte … nichts. | Sie ging.",
    # French
    "M. Le Roy a dit « non ! » et partit. | Mme Dupont resta.",
    "« Pourquoi ? » demanda-t-il. | Nul ne répondit.",
    "« Nous avons gagné. » | Torres partit.",
    "La classe ouvrière (!) accepterait la moitié. | Torres refusa !",
    "MM. Dupont et Durand, etc. vinrent. | Le 3 mai, cf. p. 12, ils partirent.",
    "En 50 av. J.-C. il régnait. | C'est loin, c.-à-d. oublié.",
    # Spanish, Portuguese, Italian
    "El Sr. Ruiz y la Sra. Díaz, p. ej., huyeron a EE. UU. en 1970. | Nadie supo.",
    "¿Por qué? | ¡Viva el Gral. Torres! | Nadie respondió.",
    "«¿Por qué?», preguntó Torres. | Nadie respondió.",
    "O Sr. Silva e a Dra. Lima saíram às 5 p. m. | Ninguém viu.",
    "Il sig. Rossi e il dott. Verdi vennero ecc. | Poi partirono.",
    # Russian, Polish
    "В 1917 г. Ленин вернулся. | В. И. Ленин, т. е. вождь, ждал.",
    "— Почему? — спросил он. | Он ушёл.",
    "Gen. Jaruzelski, tj. premier, m.in. milczał. | W 1989 r. odszedł.",
    # Chinese, Japanese, Hindi, Arabic
    "工人罢工。|军队没有开火！|他走了。",
    "“为什么？”他问。|没有人回答。",
    "「なぜ？」と彼は聞いた。|誰も答えなかった。",
    "सेना आई। | वह गया।",
    "لماذا؟ | لا أحد.",
]


def sentences(text: str, file: str = "account.md") -> list[str]:
    return [one.text for one in Account(SourceFile(file, text)).sentences]


@pytest.mark.parametrize("marked", SPLIT)
def test_sentences_as_split_by_hand(marked):
    wanted = [part.strip() for part in marked.split("|")]
    text = marked.replace(" | ", " ").replace("|", "")
    assert sentences(text) == wanted
    lines = text.replace(" ", "\n")
    assert sentences(lines) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# A. heading\nIt *rained*. It\nsnowed", ["It rained.", "It snowed"]),
        ("They came:\n- the miners\n- the men of Gen.\n  Torres", None),
        ("He said:\n> We have won. We\n> stay.\n\nThen", None),
        ("1. He came. She\n   left\n2. It rained", ["He came.", "She left", "It rained"]),
        ("| a | Gone. Back |\n| - | - |\n| 1. d | e |", ["| a | Gone.", "Back |", "| 1. d | e |"]),
        ("One line\n\nAnother", ["One line", "Another"]),
        ("Title\n=====\nIt rained", ["It rained"]),
        ("***\n\n...\n\n![map](m.png)", []),
        ("the garri-\nson left", ["the garri-son left"]),
        (
            "See [him. But](https://x.org/c.D)[^1] not. It rained[^2].",
            ["See him.", "But not.", "It rained."],
        ),
    ],
)
def test_sentences_of_blocks(text, wanted):
    if text.startswith("They"):
        wanted = ["They came:", "the miners", "the men of Gen. Torres"]
    if text.startswith("He said"):
        wanted = ["He said:", "We have won.", "We stay.", "Then"]
    assert sentences(text) == wanted


def test_sentences_point_into_the_file():
    text = "\ufeff> He *came*.\r\n> [She](x)[^1] left.\r\n"
    found = Account(SourceFile("account.md", text)).sentences
    assert [text[one.start : one.end] for one in found] == ["He *came*.", "She](x)[^1] left."]

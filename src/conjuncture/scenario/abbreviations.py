"""The words by which the end of a sentence is told from a dot within it.

In English, German, French, Spanish, Portuguese, Italian, Dutch, Polish and Russian, all in small
letters.
"""


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _word_set(
    """
    adm amb bp brig capt cdr cel cmdr cmdt cnel col cpl cpt d-r dhr dn dott dr dra drs dñ excmo fr
    frl gen gob gov gral hl hon hr hrn ing insp ks lic lt ltc maj messrs mevr mgr mlle mm mme mr
    mrs ms mt mw ofr phil por ppor pr pres prof pte płk rep rev rt sen sgt sig sr sra sres srta st
    sta ste supt tte vda św акад г-н ген им полк ул
    """
)
"""Before a name: never last."""

BETWEEN_WORDS = _word_set(
    """
    appr approx aprox av bijv bl.a bspw bzw ca cca cf circa d.h dgl dvs ebd eds engl env etw evtl
    exkl f.eks geb gegr gest ggf inkl insb insbes m.in mio mrd np orig resp sog t.ex tj tsd tzn
    u.a ungef urspr v.a vgl viz vs wg z.b zit zzgl млн млрд напр см тыс
    """
)
"""Between words: never last."""

BEFORE_NUMBERS = _word_set(
    """
    abs apr april art arts aug ausg avr bd bde c cap ch dec dez div déc ed f feb febr fig fol févr
    jan janv juil jul jun jän kap lib mar mär n nn no nos nov nr nro num núm oct okt op p pag par
    parr pos pp pág págs reg regt s sec sect sep sept t tab tit tom v vol vols z zam гл ст стр тел
    """
)
"""Before a number: not last there."""

AND_SO_ON = _word_set(
    """
    al ecc enz etc ff itd itp o.ä sqq u.ä usf usw др проч
    """
)
"""Last where a capital letter follows."""

MAY_STAND_LAST = _word_set(
    """
    chr co corp dept ee ff.aa inc jh jhdt jhs jr ltd phd r ud uds uu vds г р
    """
)
"""Last where a word follows that begins sentences; so are U.S. and its like, and initials."""

STARTERS = _word_set(
    """
    aber además after ahora algunos all allora als although am anche and antes apesar après aquel
    aquella as así at até auch aucun auf aunque aus aussi avant avec because before bei bis both
    but by cada ce ceci cela celle celui ces cet cette ceux chaque che com comme como così cuando
    dabei damit dann dans daraufhin das dass denn dennoch depois depuis desde deshalb después die
    dies diese dieser doch donc donde dopo dove durante during dès each egli ein eine einen einer
    ela ele eles ella ellas elle elles ellos enfin enquanto ensuite entonces er era erano erst es
    esa ese eso essi esta este esto estos even every few for from fu für hasta he her here his how
    however ici if ihm ihr ihre il ils im in infine instead isso isto it its je jetzt kein later
    lorsque luego ma mais malgré man many mas meanwhile mentre mientras mit most muchos muitos
    nach nachdem nada nadie nas neither nel nella nem nevertheless nicht nobody noch noi none not
    nothing nous now nun nur não ob obwohl of ogni ohne on once one only others otra otros ou our
    où par para parce pela pelo pendant pero personne però peu plus plusieurs poi por porque pour
    pourquoi pourtant prima pues puis quale quand quando que quello quem questa questo qui rien
    schon según seine selon sem ses seu she sie sin since sino sobre sofort some sono soon sotto
    sous still sua such sur são también that the their then there therefore these they this those
    though through thus to tous tout toutefois tras tutti uma und under une unter until vers viele
    voici voilà vom vor we weil wenn wer what when where whether which while who why wie wir with
    without während y ya yet you your zu zum zur zwar а в во все всё где для до его ее если еще её
    же за из их к как когда который мы на но о об он она они от по под после потом при с так там
    то тогда у что эта эти это этот я
    """
)
"""What sentences begin with and names do not."""

MONTHS = _word_set(
    """
    apr april aug august dez dezember feb feber februar jan januar jul juli jun juni jän jänner
    mai mär märz nov november okt oktober sep sept september
    """
)
"""German months, before which a number with a dot is an ordinal."""

BEFORE_ORDINALS = _word_set(
    """
    ab am beim bis das dem den der des die dieser ein eine einem einen einer im ins nach oder seit
    und vom zum zur
    """
)
"""German words between which and a noun a number with a dot is an ordinal."""

LETTERED = _word_set(
    """
    appendix article camp class group plan point section type war zone
    """
)
"""A single capital after one of these is no initial."""

DAYS = _word_set(
    """
    bst cet eastern edt est friday gmt local monday pst saturday sunday thursday tuesday utc
    wednesday
    """
)
"""What follows a time of day without beginning a sentence."""

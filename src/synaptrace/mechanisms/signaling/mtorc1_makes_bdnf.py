"""mTORC1 makes BDNF.

In this order of steps mTORC1 comes first: BDNF is made from its messenger when mTORC1 lets proteins be initiated.
"""

from synaptrace.core import Mechanism, Param, State, ddt, maximum, out

mechanism = Mechanism(
    reads={"mRNA": "bdnf.mrna", "initiation": "translation.initiation", "share": "bdnf.release_share"},
    states={"B": State(1.0, "1", "BDNF in cells, relative to healthy")},
    writes={"pool": "bdnf.pool"},
    params={
        "by_initiation": Param(1.7, "1", "rise of BDNF made per rise of initiation", kind="assumed", range=(0.2, 5),
                               why="that of elongation in the other order"),
        "turnover": Param("1.5 1/h", "1/s", "turnover of the pool", kind="assumed", range=("0.3 1/h", "6 1/h"),
                          why="protein rises within 30 to 60 min and is back at 8 h"),
        "gene": Param(1, "1", "BDNF that the gene makes, relative to healthy", kind="assumed", range=(0, 1),
                      why="1 by definition"),
        "lost": Param(0.2, "1", "share of the loss that is release", kind="assumed", range=(0, 1),
                      why="set by hand in the dossier's reference model; no measurement"),
    },
    signs={"mRNA": "+B", "initiation": "+B", "share": "-B", "B": "+pool"},
)  # fmt: skip


@mechanism.equations
def equations(mRNA, initiation, share, B, by_initiation, turnover, gene, lost):
    made = gene * mRNA * maximum(1 + by_initiation * (initiation - 1), 0)
    return ddt(B=turnover * (made - (1 + lost * (share - 1)) * B)), out(pool=B)

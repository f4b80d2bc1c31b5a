"""Order of elimination and the straight-line program of a sparse LU without pivoting."""


def markowitz(n, pattern):
    """Diagonal pivots, cheapest first, ties in declaration order. Returns the order and the filled pattern."""
    rows, columns = [set() for _ in range(n)], [set() for _ in range(n)]
    for i, j in [*pattern, *((i, i) for i in range(n))]:
        rows[i].add(j)
        columns[j].add(i)
    left, order, fill = list(range(n)), [], {(i, j) for i in range(n) for j in rows[i]}
    while left:
        k = min(left, key=lambda q: ((len(rows[q]) - 1) * (len(columns[q]) - 1), q))
        order.append(k)
        left.remove(k)
        across, below = sorted(rows[k] - {k}), sorted(columns[k] - {k})
        for i in below:
            rows[i].discard(k)
            for j in across:
                rows[i].add(j)
                columns[j].add(i)
                fill.add((i, j))
        for j in across:
            columns[j].discard(k)
        rows[k], columns[k] = set(), set()
    return order, fill


class Elimination:
    """Steps of the factorization and of the solution, as indices into the list of nonzeros.

    `entries` is {(row, column): index}; `factor` and `solve` hold ('invert', k), ('scale', k, pivot) and
    ('subtract', target, left, right) steps, the latter two of `solve` acting on right-hand sides.
    """

    def __init__(self, n, pattern):
        order, fill = markowitz(n, pattern)
        rank = {k: r for r, k in enumerate(order)}
        self.entries = {ij: k for k, ij in enumerate(sorted(fill, key=lambda ij: (rank[ij[0]], rank[ij[1]])))}
        rows, columns = {i: [] for i in range(n)}, {i: [] for i in range(n)}
        for i, j in self.entries:
            rows[i].append(j)
            columns[j].append(i)
        at, self.factor, self.solve = self.entries, [], []
        for k in order:
            self.factor.append(("invert", at[k, k]))
            upper = sorted((j for j in rows[k] if rank[j] > rank[k]), key=rank.get)
            for i in sorted((i for i in columns[k] if rank[i] > rank[k]), key=rank.get):
                self.factor.append(("scale", at[i, k], at[k, k]))
                self.factor += [("subtract", at[i, j], at[i, k], at[k, j]) for j in upper]
        for i in order:
            lower = sorted((j for j in rows[i] if rank[j] < rank[i]), key=rank.get)
            self.solve += [("subtract", i, at[i, j], j) for j in lower]
        for i in reversed(order):
            upper = sorted((j for j in rows[i] if rank[j] > rank[i]), key=rank.get)
            self.solve += [("subtract", i, at[i, j], j) for j in upper]
            self.solve.append(("scale", i, at[i, i]))

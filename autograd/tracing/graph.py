"""Nodes and edges of a trace, and which edges a node has. Knows records only."""

from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from autograd.tracing.records import TraceEdge, TraceNode


@dataclass(frozen=True)
class Graph:
    """Nodes, every input before what is made of it and the root last; edges by target and slot."""

    nodes: tuple[TraceNode, ...]
    edges: tuple[TraceEdge, ...]

    @property
    def root(self) -> TraceNode:
        """The node that all others lead to."""
        return self.nodes[-1]

    @cached_property
    def edges_into(self) -> list[list[TraceEdge]]:
        """The edges into each node, by slot."""
        return self.grouped("target")

    @cached_property
    def edges_from(self) -> list[list[TraceEdge]]:
        """The edges from each node, by target and slot."""
        return self.grouped("source")

    def which_operand(self, edge: TraceEdge) -> str:
        """Return " (operand 2)" where a node takes the same input several times, nothing elsewhere."""
        twins = [other for other in self.edges_into[edge.target] if other.source == edge.source]
        return f" (operand {edge.slot + 1})" if len(twins) > 1 else ""

    def grouped(self, end: str) -> list[list[TraceEdge]]:
        """Return for each node the edges that have it at one end."""
        node_at = attrgetter(end)
        groups: list[list[TraceEdge]] = [[] for _ in self.nodes]
        for edge in self.edges:
            groups[node_at(edge)].append(edge)
        return groups

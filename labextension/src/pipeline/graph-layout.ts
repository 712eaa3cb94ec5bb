/** Where the steps and edges of a graph are drawn. Pure. */
import { graphlib, layout } from '@dagrejs/dagre';
import type { Edge } from '../api/_generated';

export interface INodeBox {
  readonly step: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface IEdgeLine {
  readonly edge: Edge;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface IDrawing {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly INodeBox[];
  readonly lines: readonly IEdgeLine[];
}

const NAME_HEIGHT = 24;
const NOTE_HEIGHT = 14;
const MIN_WIDTH = 92;
const LETTER = 7.2;
const NOTE_LETTER = 5.6;
const PADDING = 34;
/** Notes have no sign beside them. */
const NOTE_PADDING = 22;
const MAX_LETTERS = 26;

/** A name short enough for its box. */
export function clipped(step: string): string {
  return step.length > MAX_LETTERS
    ? `${step.slice(0, MAX_LETTERS - 1)}…`
    : step;
}

/**
 * Steps from top to bottom, in the order in which they can run.
 *
 * @param notes lines below the name of a step.
 */
export function draw(
  steps: readonly string[],
  edges: readonly Edge[],
  notes: ReadonlyMap<string, readonly string[]> = new Map()
): IDrawing {
  const graph = new graphlib.Graph();
  graph.setGraph({ nodesep: 14, ranksep: 30, marginx: 6, marginy: 6 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of steps) {
    const lines = notes.get(step) ?? [];
    graph.setNode(step, {
      width: Math.max(
        MIN_WIDTH,
        PADDING + LETTER * clipped(step).length,
        ...lines.map(line => NOTE_PADDING + NOTE_LETTER * line.length)
      ),
      height: NAME_HEIGHT + NOTE_HEIGHT * lines.length
    });
  }
  const drawn = edges.filter(
    edge => steps.includes(edge.from) && steps.includes(edge.to)
  );
  for (const edge of drawn) {
    graph.setEdge(edge.from, edge.to);
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: steps.map(step => ({ step, ...box(graph.node(step)) })),
    lines: drawn.map(edge => ({
      edge,
      points: graph.edge(edge.from, edge.to).points ?? []
    }))
  };
}

function box(node: {
  x?: number;
  y?: number;
  width?: number;
  height?: number;
}): Omit<INodeBox, 'step'> {
  const { x = 0, y = 0, width = 0, height = 0 } = node;
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** An SVG path through the points with round corners. */
export function curve(points: IEdgeLine['points']): string {
  const [first, ...rest] = points;
  if (!first) {
    return '';
  }
  const parts = [`M${first.x},${first.y}`];
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    parts.push(
      next
        ? `Q${point.x},${point.y} ${(point.x + next.x) / 2},${(point.y + next.y) / 2}`
        : `L${point.x},${point.y}`
    );
  });
  return parts.join(' ');
}

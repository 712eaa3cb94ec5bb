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
const MARGIN = 6;

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
  graph.setGraph({ nodesep: 14, ranksep: 30 });
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
  return whole(
    steps.map(step => ({ step, ...box(graph.node(step)) })),
    drawn.map(edge => ({
      edge,
      points: graph.edge(edge.from, edge.to).points ?? []
    }))
  );
}

/** Everything moved into the drawing: dagre counts the steps only, and an arrow may go around them. */
function whole(
  nodes: readonly INodeBox[],
  lines: readonly IEdgeLine[]
): IDrawing {
  const xs: number[] = [];
  const ys: number[] = [];
  for (const { x, y, width, height } of nodes) {
    xs.push(x, x + width);
    ys.push(y, y + height);
  }
  for (const { points } of lines) {
    xs.push(...points.map(point => point.x));
    ys.push(...points.map(point => point.y));
  }
  const left = Math.min(...xs) - MARGIN;
  const top = Math.min(...ys) - MARGIN;
  return {
    width: Math.max(0, Math.max(...xs) + MARGIN - left),
    height: Math.max(0, Math.max(...ys) + MARGIN - top),
    nodes: nodes.map(node => ({ ...node, x: node.x - left, y: node.y - top })),
    lines: lines.map(line => ({
      ...line,
      points: line.points.map(({ x, y }) => ({ x: x - left, y: y - top }))
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

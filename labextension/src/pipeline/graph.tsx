/** The step graph as a drawing, with the same facts as a list. */
import * as React from 'react';
import type { Analysis, Edge } from '../api/_generated';
import { stepStyle, useTrans } from '../ui/react';
import { worstOf } from './findings';
import {
  clipped,
  curve,
  draw,
  type IEdgeLine,
  type INodeBox
} from './graph-layout';
import { resourceSummary } from './resources';

interface IGraphProps {
  analysis: Analysis;
  colours: ReadonlyMap<string, string>;
  onSelect: (step: string) => void;
}

export function Graph(props: IGraphProps): JSX.Element {
  const trans = useTrans();
  const { analysis, colours, onSelect } = props;
  const [edge, setEdge] = React.useState<Edge | null>(null);
  const drawing = React.useMemo(
    () =>
      draw(
        analysis.steps.map(step => step.name),
        analysis.edges,
        new Map(
          analysis.steps.map(step => [
            step.name,
            resourceSummary(step.settings.resources)
          ])
        )
      ),
    [analysis]
  );
  return (
    <div className="jp-Promote-graph">
      <svg
        role="group"
        aria-label={trans.__('Step graph')}
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        style={{ maxWidth: drawing.width }}
      >
        <defs>
          <marker
            id="jp-Promote-arrow"
            className="jp-Promote-arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0,0.500 L8,4 L0,7.500 z" />
          </marker>
        </defs>
        {drawing.lines.map(line => (
          <EdgePath
            key={`${line.edge.from} ${line.edge.to}`}
            line={line}
            active={line.edge === edge}
            onActive={setEdge}
          />
        ))}
        {drawing.nodes.map(node => (
          <StepNode
            key={node.step}
            node={node}
            analysis={analysis}
            colour={colours.get(node.step)}
            onSelect={onSelect}
          />
        ))}
      </svg>
      <p className="jp-Promote-edgeNote" aria-live="polite">
        {edge
          ? edgeSentence(edge)
          : analysis.edges.length > 0
            ? trans.__('Point at an arrow to see what travels and why.')
            : trans.__('No step needs another one.')}
      </p>
      <EdgeList edges={analysis.edges} />
    </div>
  );
}

/** Names and reason of an edge in one line. */
export function edgeSentence(edge: Edge): string {
  const names = edge.names.join(', ');
  const why = edge.reason || edge.reasons.map(reason => reason.why).join('; ');
  return `${edge.from} → ${edge.to}${names && `: ${names}`}${why && ` (${why})`}`;
}

function EdgePath(props: {
  line: IEdgeLine;
  active: boolean;
  onActive: (edge: Edge | null) => void;
}): JSX.Element {
  const { line, active, onActive } = props;
  const path = curve(line.points);
  return (
    <g
      className="jp-Promote-edge"
      data-active={active}
      role="img"
      tabIndex={0}
      aria-label={edgeSentence(line.edge)}
      onMouseEnter={() => onActive(line.edge)}
      onMouseLeave={() => onActive(null)}
      onFocus={() => onActive(line.edge)}
      onBlur={() => onActive(null)}
    >
      <path className="jp-Promote-edgeReach" d={path} />
      <path
        className="jp-Promote-edgeLine"
        d={path}
        markerEnd="url(#jp-Promote-arrow)"
        strokeDasharray={line.edge.names.length === 0 ? '4 3' : undefined}
      />
    </g>
  );
}

function StepNode(props: {
  node: INodeBox;
  analysis: Analysis;
  colour: string | undefined;
  onSelect: (step: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { node, analysis, onSelect } = props;
  const step = analysis.steps.find(found => found.name === node.step);
  const worst = worstOf(analysis.findings, node.step);
  const mark = worst === 'blocks' ? '✕' : worst === 'check' ? '!' : '';
  const summary = step ? resourceSummary(step.settings.resources) : '';
  return (
    <g
      className="jp-Promote-node"
      role="button"
      tabIndex={0}
      data-worst={worst ?? 'fine'}
      aria-label={trans.__('Step %1, %2. Show its cells', node.step, summary)}
      style={stepStyle(props.colour)}
      onClick={() => onSelect(node.step)}
      onKeyDown={event => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          onSelect(node.step);
        }
      }}
    >
      <rect
        x={node.x}
        y={node.y}
        width={node.width}
        height={node.height}
        rx={4}
      />
      <rect
        className="jp-Promote-nodeBand"
        x={node.x}
        y={node.y}
        width={4}
        height={node.height}
      />
      <text x={node.x + 14} y={node.y + 16}>
        {clipped(node.step)}
      </text>
      <text className="jp-Promote-nodeNote" x={node.x + 14} y={node.y + 30}>
        {summary}
      </text>
      {mark && (
        <text
          className="jp-Promote-nodeMark"
          x={node.x + node.width - 14}
          y={node.y + 16}
        >
          {mark}
        </text>
      )}
    </g>
  );
}

function EdgeList(props: { edges: readonly Edge[] }): JSX.Element | null {
  const trans = useTrans();
  if (props.edges.length === 0) {
    return null;
  }
  return (
    <details className="jp-Promote-edgeList">
      <summary>{trans.__('As a list')}</summary>
      <ul>
        {props.edges.map(edge => (
          <li key={`${edge.from} ${edge.to}`}>{edgeSentence(edge)}</li>
        ))}
      </ul>
    </details>
  );
}

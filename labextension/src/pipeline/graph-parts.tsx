/** The parts of the drawing: a step, and an arrow between two steps. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Analysis, Edge } from '../api/_generated';
import { stepStyle, useTrans } from '../ui/react';
import { type FindingGroup, worstOf } from './findings';
import { clipped, curve, type IEdgeLine, type INodeBox } from './graph-layout';
import { edgeSentence } from './graph-list';
import { type IPlace, keyOf } from './graph-walk';

/** What each part of the drawing is given. */
export interface IPartProps {
  /** Whether the Tab key stops here. */
  isStop: boolean;
  /** Called with what is pointed at or focused, and with nothing when it is left. */
  onActive: (place: IPlace) => void;
  onFocus: (place: IPlace) => void;
}

/** How a part is found, reached and left. */
function reached(
  place: IPlace,
  { isStop, onActive, onFocus }: IPartProps
): React.SVGAttributes<SVGGElement> & { 'data-place': string } {
  return {
    'data-place': keyOf(place),
    tabIndex: isStop ? 0 : -1,
    onMouseEnter: () => onActive(place),
    onMouseLeave: () => onActive({}),
    onFocus: event => {
      onActive(place);
      onFocus(place);
      bringIntoView(event.currentTarget);
    }
  };
}

export function edgePlace({ from, to }: Edge): IPlace {
  return { edge: [from, to] };
}

export function EdgePath(
  props: IPartProps & {
    line: IEdgeLine;
    /** Id of the drawing's arrowhead. */
    arrow: string;
    active: boolean;
  }
): JSX.Element {
  const { line, active } = props;
  const path = curve(line.points);
  return (
    <g
      className="jp-Promote-edge"
      data-active={active}
      role="img"
      aria-label={edgeSentence(line.edge)}
      {...reached(edgePlace(line.edge), props)}
    >
      <path className="jp-Promote-edgeReach" d={path} />
      <path
        className="jp-Promote-edgeLine"
        d={path}
        markerEnd={`url(#${props.arrow})`}
        strokeDasharray={line.edge.names.length === 0 ? '4 3' : undefined}
      />
    </g>
  );
}

/** What the sign at a step means. */
function worstWord(
  trans: TranslationBundle,
  worst: FindingGroup | null
): string[] {
  if (worst === 'blocks') {
    return [trans.__('blocks publishing')];
  }
  return worst === 'check' ? [trans.__('to check')] : [];
}

/** A browser leaves a part of a focused drawing cut off. What is clicked stays under the pointer. */
function bringIntoView(node: SVGGElement): void {
  if (node.matches(':focus-visible')) {
    node.scrollIntoView({ block: 'nearest', inline: 'center' });
  }
}

interface INodeProps extends IPartProps {
  node: INodeBox;
  analysis: Analysis;
  colour: string | undefined;
  /** Lines below the name. */
  notes: readonly string[];
  onSelect: (step: string) => void;
}

export function StepNode(props: INodeProps): JSX.Element {
  const trans = useTrans();
  const { node, analysis, notes, onSelect } = props;
  const step = analysis.steps.find(({ name }) => name === node.step);
  const worst = step ? worstOf(analysis.findings, step) : null;
  const mark = worst === 'blocks' ? '✕' : worst === 'check' ? '!' : '';
  const left = node.x + 14;
  return (
    <g
      className="jp-Promote-node"
      role="button"
      data-worst={worst ?? 'fine'}
      aria-label={trans.__(
        'Step %1, %2. Show its cells',
        node.step,
        [...notes, ...worstWord(trans, worst)].join(', ')
      )}
      style={stepStyle(props.colour)}
      onClick={() => onSelect(node.step)}
      {...reached({ step: node.step }, props)}
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
      <text x={left} y={node.y + 16}>
        {clipped(node.step)}
      </text>
      {notes.map((note, index) => (
        <text
          key={note}
          className="jp-Promote-nodeNote"
          x={left}
          y={node.y + 30 + 14 * index}
        >
          {note}
        </text>
      ))}
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

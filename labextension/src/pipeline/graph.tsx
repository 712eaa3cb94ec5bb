/** The step graph as a drawing, with the same facts as a list. */
import * as React from 'react';
import type { Analysis } from '../api/_generated';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import { useBegin } from './graph-begin';
import { draw } from './graph-layout';
import { EdgeDetails, GraphList, StepDetails } from './graph-list';
import { EdgePath, edgePlace, type IPartProps, StepNode } from './graph-parts';
import { type IPlace, keyOf } from './graph-walk';
import { useWalk } from './graph-stop';
import { factsText, type IStepFacts } from './last-runs';
import { resourceSummary } from './resources';

/** The smallest scale at which the names can still be read; below it the drawing scrolls. */
const SMALLEST = 0.8;

interface IGraphProps {
  analysis: Analysis;
  colours: ReadonlyMap<string, string>;
  /** What the steps did in the last runs. */
  facts: ReadonlyMap<string, IStepFacts>;
  onSelect: (step: string) => void;
  /** Opens the graph in the main area; null where it is there already. */
  onLarge: (() => void) | null;
}

export function Graph(props: IGraphProps): JSX.Element {
  const trans = useTrans();
  const { analysis, colours, facts, onSelect, onLarge } = props;
  const [shown, setShown] = React.useState<IPlace>({});
  const [fits, setFits] = React.useState(false);
  const notes = new Map(
    analysis.steps.map(step => {
      const known = facts.get(step.name);
      const resources = resourceSummary(step.settings.resources);
      return [step.name, known ? [resources, factsText(known)] : [resources]];
    })
  );
  const drawing = React.useMemo(
    () =>
      draw(
        analysis.steps.map(step => step.name),
        analysis.edges,
        notes
      ),
    [analysis, facts]
  );
  const box = useBegin(drawing);
  const walk = useWalk(analysis);
  // Of this drawing alone: what points into one that is hidden is not drawn.
  const arrow = `jp-Promote-arrow-${React.useId().replace(/:/g, '')}`;
  const edge = analysis.edges.find(
    ({ from, to }) => shown.edge?.[0] === from && shown.edge[1] === to
  );
  const step = analysis.steps.find(({ name }) => name === shown.step)?.name;
  const parts = (place: IPlace): IPartProps => ({
    isStop: keyOf(place) === walk.stop,
    onActive: setShown,
    onFocus: walk.stopAt
  });
  return (
    <div className="jp-Promote-graph">
      <div
        ref={box}
        className="jp-Promote-graphScroll"
        data-large={onLarge === null}
        data-fits={fits}
      >
        <svg
          role="group"
          onKeyDown={walk.onKeyDown}
          aria-label={trans.__('Step graph')}
          viewBox={`0 0 ${drawing.width} ${drawing.height}`}
          style={{
            maxWidth: drawing.width,
            minWidth: fits ? 0 : SMALLEST * drawing.width
          }}
        >
          <defs>
            <marker
              id={arrow}
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
              arrow={arrow}
              active={line.edge === edge}
              {...parts(edgePlace(line.edge))}
            />
          ))}
          {drawing.nodes.map(node => (
            <StepNode
              key={node.step}
              node={node}
              analysis={analysis}
              colour={colours.get(node.step)}
              notes={notes.get(node.step) ?? []}
              onSelect={onSelect}
              {...parts({ step: node.step })}
            />
          ))}
        </svg>
      </div>
      {onLarge === null && (
        <Act look="link" onClick={() => setFits(!fits)}>
          {fits
            ? trans.__('Show the names in full size')
            : trans.__('Fit to the page')}
        </Act>
      )}
      <div className="jp-Promote-edgeNote" aria-live="polite">
        {edge ? (
          <EdgeDetails edge={edge} facts={facts} />
        ) : step !== undefined ? (
          <StepDetails
            step={step}
            analysis={analysis}
            notes={notes.get(step) ?? []}
          />
        ) : (
          <p>
            {analysis.edges.length > 0
              ? trans.__(
                  'Point at an arrow, or go there with the arrow keys, to see what travels and why.'
                )
              : trans.__('No step needs another one.')}
          </p>
        )}
      </div>
      <GraphList analysis={analysis} notes={notes} />
      {onLarge && (
        <Act look="link" onClick={onLarge}>
          {trans.__('Open large')}
        </Act>
      )}
    </div>
  );
}

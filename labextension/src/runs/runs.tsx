/** The runs of this notebook's pipeline, newest first, with what can be done with them. */
import * as React from 'react';
import type { Run } from '../api/_generated';
import { ProblemBox, useChanges, useTrans } from '../ui/react';
import { type IRunLinks, RunDetails } from './details';
import type { RunsModel } from './model';
import { State, stateWord } from './states';
import { Versions } from './versions';
import { beganAt } from './words';

export function Runs(props: {
  runs: RunsModel;
  links: IRunLinks;
  /** Another line says why Airflow does not answer. */
  isAway: boolean;
}): JSX.Element {
  const trans = useTrans();
  const { runs, links } = props;
  useChanges(runs);
  const newest = runs.runs[0]?.runId ?? '';
  const [latest] = runs.runs;
  const first = useBroughtIntoView<HTMLLIElement>(
    newest === runs.startedRun ? newest : '',
    `${latest?.state} ${latest?.steps.length}`
  );
  const problem = props.isAway ? runs.refused : runs.problem;
  const refused = useBroughtIntoView<HTMLDivElement>(
    runs.refused?.message ?? ''
  );
  return (
    <div className="jp-Promote-runs">
      <Heard run={runs.runs[0]} />
      <div ref={refused}>{problem && <ProblemBox problem={problem} />}</div>
      {runs.runs.length === 0 ? (
        <p className="jp-Promote-empty" role="status">
          {runs.isKnown
            ? trans.__('No run yet.')
            : runs.problem
              ? ''
              : trans.__('Asking Airflow…')}
        </p>
      ) : (
        <ul aria-label={trans.__('Runs')}>
          {runs.runs.map((run, index) => (
            <RunItem
              key={run.runId}
              run={run}
              latest={index === 0}
              place={index === 0 ? first : null}
              runs={runs}
              links={links}
            />
          ))}
        </ul>
      )}
      <Versions runs={runs} />
    </div>
  );
}

/** What a screen reader says by itself of the newest run: how it stands, and not each of its cells. */
function Heard(props: { run: Run | undefined }): JSX.Element {
  const trans = useTrans();
  const { run } = props;
  return (
    <p className="jp-Promote-heard" role="status">
      {run && trans.__('Newest run: %1', stateWord(trans, run.state))}
    </p>
  );
}

/** What somebody here has asked for comes into view and stays there as it grows, until somebody looks elsewhere. */
function useBroughtIntoView<T extends HTMLElement>(
  what: string,
  form = ''
): React.RefObject<T> {
  const place = React.useRef<T>(null);
  const before = React.useRef('');
  React.useEffect(() => {
    const isNew = what !== before.current;
    before.current = what;
    if (what !== '' && (isNew || isInView(place.current))) {
      place.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [what, form]);
  return place;
}

function isInView(element: Element | null): boolean {
  const box = element?.closest('.jp-Promote-scroll')?.getBoundingClientRect();
  const own = element?.getBoundingClientRect();
  return Boolean(box && own && own.top < box.bottom && own.bottom > box.top);
}

function RunItem(props: {
  run: Run;
  latest: boolean;
  place: React.RefObject<HTMLLIElement> | null;
  runs: RunsModel;
  links: IRunLinks;
}): JSX.Element {
  const trans = useTrans();
  const { run, runs, links } = props;
  return (
    <li className="jp-Promote-run" ref={props.place}>
      <details open={props.latest}>
        <summary>
          <State state={run.state} /> <span>{beganAt(trans, run)}</span>
        </summary>
        <RunDetails run={run} actions={runs} links={links} />
      </details>
    </li>
  );
}

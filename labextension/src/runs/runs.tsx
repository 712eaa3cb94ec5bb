/** The runs of this notebook's pipeline, newest first, with what can be done with them. */
import * as React from 'react';
import type { Parameter, Run } from '../api/_generated';
import { ProblemBox, useChanges, useTrans } from '../ui/react';
import { type IRunLinks, RunDetails } from './details';
import type { RunsModel } from './model';
import { State, stateWord } from './states';
import { Trigger } from './trigger';
import { Versions } from './versions';
import { beganAt } from './words';

interface IRunsProps {
  runs: RunsModel;
  parameters: readonly Parameter[];
  links: IRunLinks;
  /** The pipeline is unpublished, so that nothing can be run. */
  isRetired?: boolean;
}

export function Runs(props: IRunsProps): JSX.Element {
  const trans = useTrans();
  const { runs, parameters, links } = props;
  useChanges(runs);
  const newest = runs.runs[0]?.runId ?? '';
  const first = useBroughtIntoView(runs, newest);
  return (
    <div className="jp-Promote-runs">
      {!props.isRetired && <Trigger runs={runs} parameters={parameters} />}
      <Heard run={runs.runs[0]} />
      {runs.problem && <ProblemBox problem={runs.problem} />}
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

/** The newest run comes into view once it is there, when somebody here started it. */
function useBroughtIntoView(
  runs: RunsModel,
  newest: string
): React.RefObject<HTMLLIElement> {
  const place = React.useRef<HTMLLIElement>(null);
  const { startedRun } = runs;
  React.useEffect(() => {
    if (newest !== '' && newest === startedRun) {
      place.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [newest, startedRun]);
  return place;
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

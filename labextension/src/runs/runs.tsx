/** The runs of this notebook's pipeline, newest first, with what can be done with them. */
import * as React from 'react';
import type { Parameter, Run } from '../api/_generated';
import { ProblemBox, useChanges, useTrans } from '../ui/react';
import { type IRunLinks, RunDetails } from './details';
import type { RunsModel } from './model';
import { State } from './states';
import { Trigger } from './trigger';
import { Versions } from './versions';
import { when } from './words';

interface IRunsProps {
  runs: RunsModel;
  parameters: readonly Parameter[];
  links: IRunLinks;
}

export function Runs(props: IRunsProps): JSX.Element {
  const trans = useTrans();
  const { runs, parameters, links } = props;
  useChanges(runs);
  return (
    <div className="jp-Promote-runs">
      <Trigger runs={runs} parameters={parameters} />
      {runs.problem && <ProblemBox problem={runs.problem} />}
      {runs.runs.length === 0 ? (
        <p className="jp-Promote-empty">{trans.__('No run yet.')}</p>
      ) : (
        <ul aria-label={trans.__('Runs')}>
          {runs.runs.map((run, index) => (
            <RunItem
              key={run.runId}
              run={run}
              latest={index === 0}
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

function RunItem(props: {
  run: Run;
  latest: boolean;
  runs: RunsModel;
  links: IRunLinks;
}): JSX.Element {
  const { run, runs, links } = props;
  return (
    <li className="jp-Promote-run">
      <details open={props.latest}>
        <summary>
          <State state={run.state} /> <span>{when(run.started)}</span>
        </summary>
        <RunDetails run={run} actions={runs} links={links} />
      </details>
    </li>
  );
}

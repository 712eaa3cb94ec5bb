/** The runs of this notebook's pipeline, newest first, with what can be done with them. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Parameter, Run, StepRun } from '../api/_generated';
import { ProblemBox, useChanges, useTrans } from '../ui/react';
import { formatDuration } from '../ui/units';
import { isLive, type RunsModel } from './model';
import { State } from './states';
import { Trigger } from './trigger';
import { Versions } from './versions';

interface IRunsProps {
  runs: RunsModel;
  parameters: readonly Parameter[];
  /** Open an executed notebook by its path below the drive. */
  open: (path: string) => void;
}

export function Runs(props: IRunsProps): JSX.Element {
  const trans = useTrans();
  const { runs, parameters, open } = props;
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
              open={open}
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
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { run, runs, open } = props;
  return (
    <li className="jp-Promote-run">
      <details open={props.latest}>
        <summary>
          <State state={run.state} /> <span>{when(run.started)}</span>
        </summary>
        <p className="jp-Promote-note jp-Promote-runNote">
          {origin(trans, run)}
        </p>
        <ul className="jp-Promote-stepRuns">
          {run.steps.map(step => (
            <StepRunItem
              key={`${step.step} ${step.mapIndex}`}
              step={step}
              open={open}
            />
          ))}
        </ul>
        <div className="jp-Promote-actions">
          {run.whole && (
            <button
              type="button"
              className="jp-Promote-button"
              onClick={() => open(run.whole)}
            >
              {trans.__('Open notebook')}
            </button>
          )}
          {isLive(run) && (
            <button
              type="button"
              className="jp-Promote-button"
              disabled={runs.busy}
              onClick={() => void runs.cancel(run)}
            >
              {trans.__('Cancel')}
            </button>
          )}
          {(run.state === 'failed' || run.state === 'cancelled') && (
            <button
              type="button"
              className="jp-Promote-button"
              disabled={runs.busy}
              onClick={() => void runs.repair(run)}
            >
              {trans.__('Repair')}
            </button>
          )}
        </div>
      </details>
    </li>
  );
}

function StepRunItem(props: {
  step: StepRun;
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { step, open } = props;
  const name =
    step.mapIndex >= 0 ? `${step.step} [${step.mapIndex}]` : step.step;
  return (
    <li className="jp-Promote-stepRun">
      <div className="jp-Promote-stepRunRow">
        {step.notebook ? (
          <button
            type="button"
            className="jp-Promote-link"
            aria-label={trans.__('Open the executed notebook of %1', name)}
            onClick={() => open(step.notebook)}
          >
            {name}
          </button>
        ) : (
          <span>{name}</span>
        )}
        <State state={step.state} />
        <span className="jp-Promote-note">
          {step.cell && step.state === 'running'
            ? trans.__('cell %1 of %2', step.cell.k, step.cell.n)
            : step.seconds === null
              ? ''
              : formatDuration(step.seconds)}
        </span>
      </div>
      {step.message && (
        <p className="jp-Promote-cause">
          {step.message} {step.hint}
        </p>
      )}
    </li>
  );
}

function origin(trans: TranslationBundle, run: Run): string {
  const version =
    run.version === null ? '' : trans.__('version %1', run.version);
  const by = run.startedBy ? trans.__('started by %1', run.startedBy) : '';
  return [version, lasted(run), by].filter(part => part !== '').join(', ');
}

function when(moment: string | null): string {
  return moment === null
    ? ''
    : new Date(moment).toLocaleString(undefined, {
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23'
      });
}

function lasted(run: Run): string {
  return run.started === null || run.ended === null
    ? ''
    : formatDuration((Date.parse(run.ended) - Date.parse(run.started)) / 1000);
}

/** One run: its steps with their states and causes, and what can be done with it. */
import * as React from 'react';
import type { Run, StepRun } from '../api/_generated';
import { Sentence, useTrans } from '../ui/react';
import { isLive } from './model';
import { State } from './states';
import { failedStep, nameOf, origin, timeOf } from './words';

/** What can be done with a run, apart from looking at it. */
export interface IRunActions {
  readonly busy: boolean;
  cancel(run: Run): Promise<void>;
  repair(run: Run): Promise<void>;
}

/** The ways from a run to other places of the Lab. */
export interface IRunLinks {
  /** Open an executed notebook by its path below the drive. */
  open(path: string): void;
  /** Open a step in a kernel with its inputs. */
  debug(run: Run, step: StepRun): void;
  /** Compare with what the server names `other`; with the run before where nothing is named. */
  compare(run: Run, other?: string): void;
}

export function RunDetails(props: {
  run: Run;
  actions: IRunActions;
  links: IRunLinks;
}): JSX.Element {
  const trans = useTrans();
  const { run, actions, links } = props;
  const failed = failedStep(run);
  const parameters = Object.entries(run.parameters ?? {});
  return (
    <>
      <p className="jp-Promote-note jp-Promote-runNote">{origin(trans, run)}</p>
      {parameters.length > 0 && (
        <p className="jp-Promote-note jp-Promote-runNote">
          {parameters
            .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
            .join(', ')}
        </p>
      )}
      <ul className="jp-Promote-stepRuns">
        {run.steps.map(step => (
          <StepRunItem key={nameOf(step)} step={step} open={links.open} />
        ))}
      </ul>
      <div className="jp-Promote-actions">
        {run.whole && (
          <Act onClick={() => links.open(run.whole)}>
            {trans.__('Open notebook')}
          </Act>
        )}
        {failed && (
          <Act onClick={() => links.debug(run, failed)}>
            {trans.__('Debug')}
          </Act>
        )}
        {isLive(run) && (
          <Act disabled={actions.busy} onClick={() => void actions.cancel(run)}>
            {trans.__('Cancel')}
          </Act>
        )}
        {(run.state === 'failed' || run.state === 'cancelled') && (
          <Act disabled={actions.busy} onClick={() => void actions.repair(run)}>
            {trans.__('Repair')}
          </Act>
        )}
        {run.whole && !isLive(run) && (
          <Act onClick={() => links.compare(run)}>{trans.__('Compare')}</Act>
        )}
      </div>
    </>
  );
}

function Act(
  props: React.PropsWithChildren<{ disabled?: boolean; onClick: () => void }>
): JSX.Element {
  return (
    <button
      type="button"
      className="jp-Promote-button"
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

function StepRunItem(props: {
  step: StepRun;
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { step, open } = props;
  const name = nameOf(step);
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
            : timeOf(step)}
        </span>
      </div>
      {step.attempts > 1 && (
        <p className="jp-Promote-note">
          {trans.__('attempt %1', step.attempts)}
        </p>
      )}
      {step.message && (
        <p className="jp-Promote-cause">
          <Sentence text={step.message} />
          {step.hint && (
            <span className="jp-Promote-causeHint">{step.hint}</span>
          )}
        </p>
      )}
    </li>
  );
}

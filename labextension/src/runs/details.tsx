/** One run: its steps with their states and causes, and what can be done with it. */
import * as React from 'react';
import type { Run, StepRun } from '../api/_generated';
import type { IProblem } from '../tokens';
import { Act } from '../ui/button';
import { Sentence, useTrans } from '../ui/react';
import { repairOrAsk } from './earlier';
import { type IStepGroup, itemsWord, stepGroups } from './groups';
import { LiveOutput } from './live';
import { isLive } from './model';
import { State } from './states';
import type { IRunRef } from './tokens';
import {
  attemptWord,
  failedStep,
  givenValues,
  nameOf,
  origin,
  timeOf,
  waitWord
} from './words';

/** What can be done with a run, apart from looking at it. */
export interface IRunActions {
  readonly busy: boolean;
  cancel(run: Run): Promise<void>;
  /** Gives why it has to begin at an earlier step; null where it does not, or where it was refused. */
  repair(run: Run): Promise<IProblem | null>;
  refresh(): Promise<void>;
}

/** The ways from a run to other places of the Lab. */
export interface IRunLinks {
  /** Open an executed notebook by its path below the drive. */
  open(path: string): void;
  /** Open a step in a kernel with its inputs. */
  debug(
    run: IRunRef,
    step: Pick<StepRun, 'step' | 'mapIndex' | 'attempt'>
  ): void;
  /** Ask what runs again, after saying why, and repair. Gives whether anything does. */
  repair(run: IRunRef, step: string, why?: string): Promise<boolean>;
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
  const [cancelling, setCancelling] = React.useState('');
  const cancel = async (): Promise<void> => {
    setCancelling(run.runId);
    await actions.cancel(run);
    setCancelling('');
  };
  const repairFrom = async (): Promise<void> => {
    if (await links.repair(run, failed?.step ?? '')) {
      await actions.refresh();
    }
  };
  const given = givenValues(run);
  return (
    <>
      <p className="jp-Promote-note jp-Promote-runNote">{origin(trans, run)}</p>
      {given && <p className="jp-Promote-note jp-Promote-runNote">{given}</p>}
      <ul className="jp-Promote-stepRuns">
        {stepGroups(run.steps).map(group => (
          <StepGroupItem key={group.name} group={group} open={links.open} />
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
          <Act disabled={actions.busy} onClick={() => void cancel()}>
            {cancelling === run.runId
              ? trans.__('Cancelling…')
              : trans.__('Cancel')}
          </Act>
        )}
        {(run.state === 'failed' || run.state === 'cancelled') && (
          <Act
            disabled={actions.busy}
            onClick={() => void repairOrAsk(run, actions, links)}
          >
            {trans.__('Repair')}
          </Act>
        )}
        {run.whole && !isLive(run) && (
          <Act onClick={() => void repairFrom()}>
            {trans.__('Repair from…')}
          </Act>
        )}
        {run.whole && !isLive(run) && (
          <Act onClick={() => links.compare(run)}>{trans.__('Compare')}</Act>
        )}
      </div>
    </>
  );
}

/** One step; the items of a mapped one open below it. */
function StepGroupItem(props: {
  group: IStepGroup;
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { group, open } = props;
  const items = itemsWord(trans, group);
  if (group.items.length === 1) {
    return <StepRunItem step={group.shown} open={open} />;
  }
  return (
    <li className="jp-Promote-stepRun">
      <details className="jp-Promote-items">
        <summary>
          {group.name} <State state={group.shown.state} />{' '}
          <span className="jp-Promote-note">{items}</span>
        </summary>
        <ul>
          {group.items.map(step => (
            <StepRunItem key={step.mapIndex} step={step} open={open} />
          ))}
        </ul>
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
  const name = nameOf(step);
  return (
    <li className="jp-Promote-stepRun">
      <div className="jp-Promote-stepRunRow">
        {step.notebook ? (
          <Act
            look="link"
            label={trans.__('Open the executed notebook of %1', name)}
            onClick={() => open(step.notebook)}
          >
            {name}
          </Act>
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
      {[attemptWord(trans, step), waitWord(trans, step.queuedSeconds)]
        .filter(word => word !== '')
        .map(word => (
          <p key={word} className="jp-Promote-note">
            {word}
          </p>
        ))}
      <LiveOutput step={step} />
      {step.message && (
        <p className="jp-Promote-cause">
          <Sentence text={step.message} />
          {step.hint && (
            <span className="jp-Promote-causeHint">
              <Sentence text={step.hint} />
            </span>
          )}
        </p>
      )}
    </li>
  );
}

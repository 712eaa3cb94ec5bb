/** One step in the bar: its state and time; choosing it leads to its cells. */
import * as React from 'react';
import type { StepRun } from '../api/_generated';
import { Sign, stateWord } from '../runs/states';
import { nameOf, timeOf } from '../runs/words';
import { useTrans } from '../ui/react';

export function StepTab(props: {
  step: StepRun;
  pressed: boolean;
  go: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { step } = props;
  const note =
    step.cell && step.state === 'running'
      ? trans.__('cell %1 of %2', step.cell.k, step.cell.n)
      : timeOf(step);
  const tries = step.attempts > 1 ? trans.__('attempt %1', step.attempts) : '';
  return (
    <button
      type="button"
      className="jp-Promote-stepTab"
      aria-pressed={props.pressed}
      aria-label={[nameOf(step), stateWord(trans, step.state), note, tries]
        .filter(part => part !== '')
        .join(', ')}
      onClick={props.go}
    >
      <Sign state={step.state} /> {nameOf(step)}{' '}
      <span className="jp-Promote-note">{note}</span>
    </button>
  );
}

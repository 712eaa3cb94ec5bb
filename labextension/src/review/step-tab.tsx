/** One step in the bar, with all its items: its state and time; choosing it leads to its cells. */
import * as React from 'react';
import { groupName, type IStepGroup, itemsWord } from '../runs/groups';
import { Sign, stateWord } from '../runs/states';
import { attemptWord, timeOf, waitWord } from '../runs/words';
import { useTrans } from '../ui/react';

export function StepTab(props: {
  group: IStepGroup;
  pressed: boolean;
  go: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { group } = props;
  const { shown: step } = group;
  const note =
    itemsWord(trans, group) ||
    (step.cell && step.state === 'running'
      ? trans.__('cell %1 of %2', step.cell.k, step.cell.n)
      : timeOf(step));
  const tries = [attemptWord(trans, step), waitWord(trans, step.queuedSeconds)]
    .filter(part => part !== '')
    .join(', ');
  return (
    <button
      type="button"
      className="jp-Promote-stepTab"
      aria-pressed={props.pressed}
      aria-label={[groupName(group), stateWord(trans, step.state), note, tries]
        .filter(part => part !== '')
        .join(', ')}
      onClick={props.go}
    >
      <Sign state={step.state} /> {groupName(group)}{' '}
      <span className="jp-Promote-note">
        {[note, tries].filter(part => part !== '').join(', ')}
      </span>
    </button>
  );
}

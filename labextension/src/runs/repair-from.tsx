/** Repair a run from a step that a person chooses, with the code that runs again. */
import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Run } from '../api/_generated';
import { asProblem, PromoteProblem } from '../api/problem';
import type { IProblem } from '../tokens';
import { ProblemBox } from '../ui/react';
import { neededStep } from './earlier';
import { stepGroups } from './groups';
import type { IRepairWish, IReviewApi } from './tokens';
import { failedStep } from './words';

export interface IRepairOptions {
  readonly review: Pick<IReviewApi, 'repair'>;
  readonly trans: TranslationBundle;
  /** Why it is asked, in a sentence. */
  readonly why?: string;
}

/** Ask until it is accepted or given up. Gives whether anything runs again. */
export async function repairFrom(
  run: Run,
  step: string,
  { review, trans, why = '' }: IRepairOptions
): Promise<boolean> {
  let wish: IRepairWish = { version: 'latest', step };
  // Said as if it had been tried here, which is what happened.
  let problem: IProblem | null =
    why === '' ? null : new PromoteProblem('repair_from', why, '', { step });
  for (;;) {
    const body: Wishes = new Wishes(run, wish, problem, trans);
    const answer = await showDialog<IRepairWish>({
      title: trans.__('Repair the run'),
      body,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Repair') })
      ]
    });
    if (!answer.button.accept || !answer.value) {
      return false;
    }
    wish = answer.value;
    try {
      await review.repair(run, wish);
      return true;
    } catch (error) {
      problem = asProblem(error);
      wish = { ...wish, step: neededStep(problem) ?? wish.step };
    }
  }
}

class Wishes extends ReactWidget implements Dialog.IBodyWidget<IRepairWish> {
  constructor(
    private readonly _run: Run,
    private _wish: IRepairWish,
    private readonly _problem: IProblem | null,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-Promote');
  }

  getValue(): IRepairWish {
    return this._wish;
  }

  protected override render(): JSX.Element {
    return (
      <RepairForm
        run={this._run}
        wish={this._wish}
        problem={this._problem}
        trans={this._trans}
        change={wish => {
          this._wish = wish;
          this.update();
        }}
      />
    );
  }
}

export function RepairForm(props: {
  run: Run;
  wish: IRepairWish;
  problem: IProblem | null;
  trans: TranslationBundle;
  change: (wish: IRepairWish) => void;
}): JSX.Element {
  const { run, wish, problem, trans, change } = props;
  const hasFailed = failedStep(run) !== null || run.state === 'cancelled';
  const steps = stepGroups(run.steps).map(({ name }) => [name, name] as const);
  return (
    <div className="jp-Promote-repairForm">
      {problem && (
        <ProblemBox
          problem={{
            message: problem.message,
            hint:
              neededStep(problem) === null
                ? problem.hint
                : trans.__('That step is chosen now: repair from there.')
          }}
        />
      )}
      <Choice
        label={trans.__('Run again')}
        value={wish.step}
        choices={[
          ...(hasFailed
            ? ([['', trans.__('what failed and what depends on it')]] as const)
            : []),
          ...steps.map(
            ([name]) =>
              [name, trans.__('%1 and what depends on it', name)] as const
          )
        ]}
        choose={step => change({ ...wish, step })}
      />
      <Choice
        label={trans.__('With the code of')}
        value={wish.version}
        choices={[
          ['latest', trans.__('the version that serves now')],
          [
            'same',
            run.version === null
              ? trans.__('the version that the run began with')
              : trans.__('version %1, as the run began', run.version)
          ]
        ]}
        choose={version =>
          change({ ...wish, version: version === 'same' ? 'same' : 'latest' })
        }
      />
    </div>
  );
}

function Choice(props: {
  label: string;
  value: string;
  choices: readonly (readonly [string, string])[];
  choose: (value: string) => void;
}): JSX.Element {
  return (
    <label>
      {props.label}
      <HTMLSelect
        value={props.value}
        onChange={event => props.choose(event.target.value)}
      >
        {props.choices.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </HTMLSelect>
    </label>
  );
}

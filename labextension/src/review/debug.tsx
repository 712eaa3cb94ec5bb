/** A step opens in a kernel with the values that it was given: first what that means, then the notebook. */
import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { DebugPlan } from '../api/_generated';
import { asProblem } from '../api/problem';
import type { IReviewApi, IStepRef } from '../runs/tokens';
import { plainSentence } from '../ui/react';
import { formatBytes } from '../ui/units';

export interface IDebugOptions {
  readonly review: IReviewApi;
  readonly trans: TranslationBundle;
  /** Open a notebook of the Jupyter server. */
  readonly open: (path: string) => unknown;
}

/** Ask, write the notebook, open it. Says why where that is refused. */
export async function debugStep(
  step: IStepRef,
  options: IDebugOptions
): Promise<void> {
  const { review, trans, open } = options;
  try {
    const plan = await review.debug(step, false);
    const answer = await showDialog({
      title: trans.__('Open %1 with its inputs', plan.step),
      body: <PlanView plan={plan} trans={trans} />,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Open with inputs') })
      ]
    });
    if (answer.button.accept) {
      const written = await review.debug(step, true);
      open(written.path);
    }
  } catch (error) {
    const { message, hint } = asProblem(error);
    await showErrorMessage(
      trans.__('It cannot be opened'),
      plainSentence([message, hint].filter(part => part !== '').join(' '))
    );
  }
}

/** What would be loaded, whose values they are, and what is not here as it was there. */
export function PlanView(props: {
  plan: DebugPlan;
  trans: TranslationBundle;
}): JSX.Element {
  const { plan, trans } = props;
  return (
    <div className="jp-Promote-debugPlan">
      <p>
        {plan.inputs.length === 0
          ? trans.__('The step has no inputs.')
          : trans.__(
              'It loads %1 that earlier steps left:',
              formatBytes(plan.bytes)
            )}
      </p>
      <ul>
        {plan.inputs.map(given => (
          <li key={given.step}>
            {trans.__(
              '%1 from %2 (%3)',
              given.names.join(', '),
              given.step,
              formatBytes(given.bytes)
            )}
          </li>
        ))}
      </ul>
      {plan.inputs.length > 0 && !plan.own && (
        <p>
          {plan.by
            ? trans.__(
                'The run was started by %1. Loading values runs code that they carry: open them only if you trust that person.',
                plan.by
              )
            : trans.__(
                'The schedule started the run. Loading values runs code that they carry: open them only if you trust the pipeline.'
              )}
        </p>
      )}
      {plan.warnings.length > 0 && (
        <>
          <p>{trans.__('Not as it was where the step ran:')}</p>
          <ul>
            {plan.warnings.map(warning => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </>
      )}
      <p>{trans.__('The notebook goes to %1.', plan.path)}</p>
    </div>
  );
}

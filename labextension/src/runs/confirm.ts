/** The questions that are asked before something cannot be taken back. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

export async function confirmUnpublish(
  trans: TranslationBundle,
  name: string
): Promise<boolean> {
  const answer = await showDialog({
    title: trans.__('Unpublish %1?', name),
    body: trans.__(
      'It starts no new run. Its runs and versions stay, and publishing it again brings it back.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Keep it') }),
      Dialog.warnButton({ label: trans.__('Unpublish') })
    ]
  });
  return answer.button.accept;
}

export async function confirmRollBack(
  trans: TranslationBundle,
  number: number
): Promise<boolean> {
  const answer = await showDialog({
    title: trans.__('Roll back to v%1?', number),
    body: trans.__(
      'From now on runs have its code, its resources and its schedule again. The notebook stays as it is.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Roll back') })
    ]
  });
  return answer.button.accept;
}

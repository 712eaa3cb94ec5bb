/** The questions that are asked before something cannot be taken back. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { VersionDiff, VersionInfo } from '../api/_generated';
import { ChangeItems } from '../ui/change-items';
import { useTrans } from '../ui/react';

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

/** How to go back to a version. */
export interface IWayBack {
  /** The schedule, the resources and the other settings stay those that serve now. */
  readonly codeOnly: boolean;
}

/** Ask whether an earlier version is to serve again; null where it is not. */
export async function confirmRollBack(
  trans: TranslationBundle,
  { number }: VersionInfo,
  diff: VersionDiff
): Promise<IWayBack | null> {
  const { changes, settings } = diff;
  const answer = await showDialog({
    title: trans.__('Roll back to v%1?', number),
    body: <WhatReverts {...diff} />,
    checkbox:
      0 < settings.length && settings.length < changes.length
        ? { label: trans.__('Code only: keep schedule and settings') }
        : null,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Roll back') })
    ]
  });
  return answer.button.accept ? { codeOnly: answer.isChecked === true } : null;
}

function WhatReverts({
  changes,
  settings
}: Pick<VersionDiff, 'changes' | 'settings'>): JSX.Element {
  const trans = useTrans();
  const ofCode = changes.filter(change => !settings.includes(change));
  return (
    <div className="jp-Promote-reverts">
      <p>{trans.__('From the next run on. The notebook stays as it is.')}</p>
      {ofCode.length > 0 && (
        <>
          <h4>{trans.__('Code')}</h4>
          <ul>
            <ChangeItems changes={ofCode} />
          </ul>
        </>
      )}
      {settings.length > 0 && (
        <>
          <h4>{trans.__('Schedule and settings')}</h4>
          <ul>
            <ChangeItems changes={settings} />
          </ul>
        </>
      )}
    </div>
  );
}

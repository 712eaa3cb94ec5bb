/** Bring what was changed in a debug notebook back to the notebook: shown first, made as one undo step. */
import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { applyChanges } from './apply-changes';
import { Diff } from './compared-cell';
import { type IChange, lineDiff } from './merge';

/** Show the changes, and make those that were chosen. Gives the place of the first one; null when none was made. */
export async function applyShown(
  notebook: INotebookModel,
  changes: readonly IChange[],
  trans: TranslationBundle
): Promise<number | null> {
  if (changes.length === 0) {
    await showDialog({
      title: trans.__('Nothing to apply'),
      body: trans.__('The notebook has everything that was changed here.'),
      buttons: [Dialog.okButton({ label: trans.__('Close') })]
    });
    return null;
  }
  const body = new Choice(changes, trans, change => placeOf(notebook, change));
  const answer = await showDialog({
    title: trans.__('Apply to the notebook'),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Apply') })
    ]
  });
  const chosen = answer.button.accept ? (answer.value ?? []) : [];
  const [first] = chosen;
  const place = first ? placeOf(notebook, first) : null;
  applyChanges(notebook, chosen);
  return place === null ? null : Math.min(place, notebook.cells.length - 1);
}

/** Where a change is made: the index of the cell, or of the one that comes to stand there. */
function placeOf(notebook: INotebookModel, change: IChange): number {
  const { cells } = notebook.sharedModel;
  const index = cells.findIndex(cell => cell.getId() === change.cell);
  const isAfter = change.kind === 'added' && change.side === 'after';
  return Math.max(index, 0) + (isAfter ? 1 : 0);
}

/** The changes with a box each; what a person has to decide begins without its tick. */
class Choice
  extends ReactWidget
  implements Dialog.IBodyWidget<readonly IChange[]>
{
  constructor(
    private readonly _changes: readonly IChange[],
    private readonly _trans: TranslationBundle,
    private readonly _placeOf: (change: IChange) => number
  ) {
    super();
    this.addClass('jp-Promote');
    this._chosen = new Set(_changes.filter(change => change.conflict === ''));
  }

  getValue(): readonly IChange[] {
    return this._changes.filter(change => this._chosen.has(change));
  }

  protected override render(): JSX.Element {
    return (
      <ChangeList
        changes={this._changes}
        chosen={this._chosen}
        trans={this._trans}
        placeOf={this._placeOf}
      />
    );
  }

  private readonly _chosen: Set<IChange>;
}

function ChangeList(props: {
  changes: readonly IChange[];
  chosen: Set<IChange>;
  trans: TranslationBundle;
  placeOf: (change: IChange) => number;
}): JSX.Element {
  const { changes, chosen, trans, placeOf } = props;
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  const toggle = (change: IChange): void => {
    if (!chosen.delete(change)) {
      chosen.add(change);
    }
    draw();
  };
  return (
    <ul className="jp-Promote-applyList">
      {changes.map((change, index) => (
        <li key={index}>
          <label>
            <input
              type="checkbox"
              checked={chosen.has(change)}
              onChange={() => toggle(change)}
            />{' '}
            {titleOf(trans, change, placeOf(change) + 1)}
          </label>
          <Diff text={lineDiff(change.before, change.after)} />
        </li>
      ))}
    </ul>
  );
}

function titleOf(
  trans: TranslationBundle,
  change: IChange,
  number: number
): string {
  if (change.conflict === 'changed_here') {
    return trans.__(
      'Cell %1, changed in both: the debug notebook replaces it',
      number
    );
  }
  if (change.conflict === 'gone_here') {
    return trans.__('Cell %1, deleted in the notebook: it comes back', number);
  }
  return {
    changed: trans.__('Cell %1, changed', number),
    added: trans.__('Cell %1, new', number),
    deleted: trans.__('Cell %1, deleted', number)
  }[change.kind];
}

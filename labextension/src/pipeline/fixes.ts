/** Fixes that the sidebar can make by itself; each change of cells is one undo step. */
import type { Action, Finding } from '../api/_generated';
import {
  assign,
  mergeBetween,
  type Retagging,
  toggleSkip
} from '../tagging/retag';
import type { ITaggedCell } from '../tagging/tags';
import type { PipelineModel } from './model';
import { settingAt } from './settings';

/** Whether there is a button for the fix. */
export function canApply(action: Action): boolean {
  switch (action.kind) {
    case 'rename':
    case 'merge':
    case 'unskip':
    case 'provided':
      return true;
    case 'move_to_environment':
    case 'add_secret':
    case 'make_parameter':
    case 'accept':
    case 'declare_writes':
      return false;
  }
}

export function applyFix(
  model: PipelineModel,
  finding: Finding,
  action: Action
): void {
  if (action.kind === 'provided') {
    for (const step of finding.steps) {
      provide(model, step, action.argument);
    }
    return;
  }
  model.retag(retagging(model.cells, finding, action));
}

/** The change of tags that a fix asks for; none for fixes of other kinds. */
export function retagging(
  cells: readonly ITaggedCell[],
  finding: Finding,
  action: Action
): Retagging {
  const at = cells.findIndex(cell => cell.id === finding.cell);
  const [first = '', last = ''] = action.argument.split(',');
  if (action.kind === 'rename') {
    return assign(cells, [at], first);
  }
  if (action.kind === 'merge') {
    return mergeBetween(cells, first, last);
  }
  return action.kind === 'unskip' ? toggleSkip(cells, [at]) : new Map();
}

function provide(model: PipelineModel, step: string, name: string): void {
  const path = ['steps', step, 'environment', 'provided'];
  const old = settingAt(model.settings, path);
  const names = Array.isArray(old) ? old : [];
  if (!names.includes(name)) {
    model.set(path, [...names, name]);
  }
}

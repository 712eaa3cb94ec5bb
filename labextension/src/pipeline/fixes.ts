/** Fixes that the sidebar can make by itself; each change of cells is one undo step. */
import type { PartialJSONValue } from '@lumino/coreutils';
import type { Action, Finding } from '../api/_generated';
import { makeParameter } from '../tagging/edit';
import {
  assign,
  mergeBetween,
  rename,
  type Retagging,
  startStep,
  toggleSkip
} from '../tagging/retag';
import { isSkipped, isStepName, type ITaggedCell } from '../tagging/tags';
import type { PipelineModel } from './model';
import { isObject, settingAt } from './settings';

/** Whether there is a button for the fix: it changes something, and needs no answer of a person. */
export function canApply(
  model: PipelineModel,
  finding: Finding,
  action: Action
): boolean {
  switch (action.kind) {
    case 'rename':
    case 'merge':
    case 'unskip':
      return retagging(model.cells, finding, action).size > 0;
    case 'provided':
      return stepsOf(model, finding).length > 0;
    case 'make_parameter':
    case 'accept':
      return action.argument !== '' && finding.cell !== null;
    case 'move_to_environment':
    case 'add_secret':
    case 'declare_writes':
      return false;
  }
}

export function applyFix(
  model: PipelineModel,
  finding: Finding,
  action: Action
): void {
  switch (action.kind) {
    case 'rename':
    case 'merge':
    case 'unskip':
      model.retag(retagging(model.cells, finding, action));
      break;
    case 'provided':
      stepsOf(model, finding).forEach(step =>
        provide(model, step, action.argument)
      );
      break;
    case 'make_parameter':
      if (model.notebook && finding.cell !== null && finding.line !== null) {
        const { cell, line } = finding;
        makeParameter(model.notebook, { cell, line, text: action.argument });
      }
      break;
    case 'accept':
      accept(model, finding, action.argument);
      break;
    case 'move_to_environment':
    case 'add_secret':
    case 'declare_writes':
      break;
  }
}

/** Take back that a warning was accepted. */
export function askAgain(model: PipelineModel, finding: Finding): void {
  const left = accepted(model).filter(known => !isAbout(known, finding));
  model.set(['accepted'], left.length > 0 ? left : undefined);
}

/** The change of tags that a fix asks for; none for fixes of other kinds. */
export function retagging(
  cells: readonly ITaggedCell[],
  finding: Finding,
  action: Action
): Retagging {
  const indexOf = (id: string | null): number =>
    cells.findIndex(cell => cell.id === id);
  const names = action.argument.split(',');
  const first = names[0] ?? '';
  if (action.kind === 'rename') {
    const old = finding.steps[0] ?? '';
    return old !== '' && !isStepName(old)
      ? rename(cells, old, first)
      : startStep(cells, indexOf(finding.cell), first);
  }
  if (action.kind === 'merge') {
    return mergeBetween(cells, first, names[names.length - 1] ?? '');
  }
  const skipped = indexOf(action.argument);
  return action.kind === 'unskip' && isSkipped(cells[skipped]?.tags ?? [])
    ? toggleSkip(cells, [skipped])
    : assign(cells, [], null);
}

function stepsOf(model: PipelineModel, finding: Finding): readonly string[] {
  if (finding.steps.length > 0 || finding.cell === null) {
    return finding.steps;
  }
  const step = model.analysis?.cell_steps?.[finding.cell];
  return step === undefined ? [] : [step];
}

function provide(model: PipelineModel, step: string, name: string): void {
  const path = ['steps', step, 'environment', 'provided'];
  const old = settingAt(model.settings, path);
  const names = Array.isArray(old) ? old : [];
  if (!names.includes(name)) {
    model.set(path, [...names, name]);
  }
}

/** Accepted for the text that the cell has now: an edit asks again. */
function accept(
  model: PipelineModel,
  finding: Finding,
  sourceHash: string
): void {
  const { code, cell } = finding;
  const others = accepted(model).filter(known => !isAbout(known, finding));
  model.set(['accepted'], [...others, { code, cell, source_hash: sourceHash }]);
}

function accepted(model: PipelineModel): PartialJSONValue[] {
  const value = settingAt(model.settings, ['accepted']);
  return Array.isArray(value)
    ? value.filter((item): item is PartialJSONValue => item !== undefined)
    : [];
}

function isAbout(known: PartialJSONValue, finding: Finding): boolean {
  return (
    isObject(known) &&
    known.code === finding.code &&
    known.cell === finding.cell
  );
}

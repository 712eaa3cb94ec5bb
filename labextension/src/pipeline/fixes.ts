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
    case 'add_secret':
    case 'move_to_environment':
      return stepsOf(model, finding).length > 0;
    case 'make_parameter':
    case 'accept':
      return action.argument !== '' && finding.cell !== null;
    case 'declare_writes':
      return action.argument !== '';
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
        addTo(model, step, 'provided', action.argument)
      );
      break;
    case 'move_to_environment':
      // A package may be called otherwise than its module: the field is shown, to be corrected.
      stepsOf(model, finding).forEach(step => {
        addTo(model, step, 'pip', action.argument);
        model.form.openAt(step, 'pip');
      });
      break;
    case 'add_secret':
      stepsOf(model, finding).forEach(step =>
        addSecret(model, step, action.argument)
      );
      break;
    case 'declare_writes':
      model.form.openAt(action.argument, 'writes');
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

/** Add a word to a list of the step's environment. */
function addTo(
  model: PipelineModel,
  step: string,
  list: 'provided' | 'pip',
  word: string
): void {
  const path = ['steps', step, 'environment', list];
  const old = settingAt(model.settings, path);
  const words = Array.isArray(old) ? old : [];
  if (!words.includes(word)) {
    model.set(path, [...words, word]);
  }
}

/** A secret of the worker's environment; its field is shown, where a connection of Airflow can be named instead. */
function addSecret(model: PipelineModel, step: string, name: string): void {
  model.set(
    ['steps', step, 'environment', 'secrets', name],
    `secret://env/${name}`
  );
  model.form.openAt(step, 'secrets');
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

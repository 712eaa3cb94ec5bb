/** What a failed run found out of the notebook's values, written into the settings for the next publish. */
import { JSONExt, type PartialJSONValue } from '@lumino/coreutils';
import type { Learned } from '../api/_generated';
import type { PipelineModel } from './model';
import { type SettingPath, settingAt } from './settings';

/** Whether the settings say it already. */
export function isTakenUp(
  model: Pick<PipelineModel, 'settings'>,
  step: string,
  learned: Learned
): boolean {
  const there = known(model, pathOf(step, learned));
  return entries(learned).every(entry => there.some(same(entry)));
}

/** Write it beside what is there. */
export function takeUp(
  model: Pick<PipelineModel, 'settings' | 'set'>,
  step: string,
  learned: Learned
): void {
  const path = pathOf(step, learned);
  const there = known(model, path);
  const more = entries(learned).filter(entry => !there.some(same(entry)));
  model.set(path, [...there, ...more]);
}

function pathOf(step: string, learned: Learned): SettingPath {
  return learned.kind === 'shared' ? ['shared'] : ['steps', step, 'changes'];
}

function entries(learned: Learned): readonly PartialJSONValue[] {
  return learned.kind === 'shared' ? [learned.names] : learned.names;
}

function known(
  model: Pick<PipelineModel, 'settings'>,
  path: SettingPath
): PartialJSONValue[] {
  const value = settingAt(model.settings, path);
  return Array.isArray(value)
    ? value.filter((item): item is PartialJSONValue => item !== undefined)
    : [];
}

function same(one: PartialJSONValue): (other: PartialJSONValue) => boolean {
  return other => JSONExt.deepEqual(one, other);
}

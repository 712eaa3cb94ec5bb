/**
 * `notebook.metadata.promote` as it is written by hand and by the sidebar. Pure.
 *
 * Only what the user set is written; unknown keys are kept; nothing is removed when a step goes.
 */
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';
import type { Published } from '../api/_generated';

const SCHEMA_VERSION = 1;

/** The settings of a notebook, as the JSON that lies in it. */
export type RawSettings = Readonly<PartialJSONObject>;

/** Where a setting of a step lies below the step's name, such as `resources.cpus`. */
export type SettingPath = readonly string[];

export function rawSettings(value: unknown): RawSettings {
  return isObject(value) ? value : {};
}

/** A value at a path; undefined where there is none. */
export function settingAt(
  settings: RawSettings,
  path: SettingPath
): PartialJSONValue | undefined {
  let value: PartialJSONValue | undefined = { ...settings };
  for (const key of path) {
    value = isObject(value) ? value[key] : undefined;
  }
  return value;
}

/** The identity that the first publish gave the notebook; null before. */
export function publishedIn(settings: RawSettings): Published | null {
  const value = settings.published;
  if (!isObject(value) || typeof value.dag_id !== 'string') {
    return null;
  }
  return {
    uid: String(value.uid),
    dag_id: value.dag_id,
    version: String(value.version),
    revision: Number(value.revision)
  };
}

/** The setting of a step, or else the notebook's default for all steps. */
export function stepSetting(
  settings: RawSettings,
  step: string,
  path: SettingPath
): PartialJSONValue | undefined {
  return (
    settingAt(settings, ['steps', step, ...path]) ??
    settingAt(settings, ['defaults', ...path])
  );
}

/** The settings with a value put at a path; undefined takes it away, with the objects that it leaves empty. */
export function withSetting(
  settings: RawSettings,
  path: SettingPath,
  value: PartialJSONValue | undefined
): RawSettings {
  const changed = put({ ...settings }, path, value);
  // The identity is no setting: being published must not look like a change.
  return path[0] === 'published' || path[0] === 'published_as'
    ? changed
    : { schema_version: SCHEMA_VERSION, ...changed };
}

/** The settings with those of a renamed step copied to its new name; the old ones stay, so that undo finds them. */
export function withRenamedStep(
  settings: RawSettings,
  from: string,
  to: string
): RawSettings {
  const own = settingAt(settings, ['steps', from]);
  return own === undefined
    ? settings
    : withSetting(settings, ['steps', to], own);
}

export function isObject(value: unknown): value is PartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function put(
  object: PartialJSONObject,
  path: SettingPath,
  value: PartialJSONValue | undefined
): PartialJSONObject {
  const [key, ...rest] = path;
  if (key === undefined) {
    return object;
  }
  const { [key]: old, ...others } = object;
  if (rest.length === 0) {
    return value === undefined ? others : { ...object, [key]: value };
  }
  const inner = put(isObject(old) ? old : {}, rest, value);
  return Object.keys(inner).length === 0 ? others : { ...object, [key]: inner };
}

/**
 * The changes of settings that a person made since the notebook was opened, so that each can be taken back.
 *
 * JupyterLab's undo knows cells only. Nothing is written here.
 */
import type { PartialJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import { type RawSettings, settingAt, type SettingPath } from './settings';

type Value = PartialJSONValue | undefined;

interface IChange {
  readonly path: SettingPath;
  readonly before: Value;
  readonly after: Value;
}

export class SettingHistory {
  /** A setting is about to become another value; what is typed into one field is one change. */
  remember(settings: RawSettings, path: SettingPath, after: Value): void {
    const before = settingAt(settings, path);
    const last = this._changes[this._changes.length - 1];
    const goesOn = last !== undefined && isSame(last.path, path);
    if (goesOn) {
      this._changes.pop();
    }
    const begun = goesOn ? last.before : before;
    if (!isEqual(begun, after)) {
      this._changes.push({ path, before: begun, after });
    }
  }

  /** The last change that can be taken back: nobody changed that setting since. */
  last(settings: RawSettings): IChange | null {
    for (let at = this._changes.length - 1; at >= 0; at--) {
      const change = this._changes[at];
      if (change && isEqual(settingAt(settings, change.path), change.after)) {
        return change;
      }
    }
    return null;
  }

  forget(change: IChange): void {
    this._changes = this._changes.filter(known => known !== change);
  }

  private _changes: IChange[] = [];
}

function isSame(one: SettingPath, other: SettingPath): boolean {
  return one.join('\n') === other.join('\n');
}

function isEqual(one: Value, other: Value): boolean {
  return one === undefined || other === undefined
    ? one === other
    : JSONExt.deepEqual(one, other);
}

import type { PartialJSONValue } from '@lumino/coreutils';
import type { Learned } from '../../../labextension/src/api/_generated';
import { isTakenUp, takeUp } from '../../../labextension/src/pipeline/learned';
import {
  type RawSettings,
  type SettingPath,
  withSetting
} from '../../../labextension/src/pipeline/settings';

class Written {
  constructor(public settings: RawSettings = {}) {}

  set(path: SettingPath, value: PartialJSONValue | undefined): void {
    this.settings = withSetting(this.settings, path, value);
  }
}

describe('what a run found out', () => {
  const changes: Learned = { kind: 'changes', names: ['rows'] };
  const shared: Learned = { kind: 'shared', names: ['x', 'y'] };

  it('is written beside what the settings say already, and once', () => {
    const model = new Written({ steps: { clean: { changes: ['df'] } } });
    expect(isTakenUp(model, 'clean', changes)).toBe(false);
    takeUp(model, 'clean', changes);
    takeUp(model, 'clean', changes);
    takeUp(model, 'clean', shared);
    takeUp(model, 'clean', shared);
    expect(model.settings).toMatchObject({
      steps: { clean: { changes: ['df', 'rows'] } },
      shared: [['x', 'y']]
    });
    expect(isTakenUp(model, 'clean', changes)).toBe(true);
    expect(isTakenUp(model, 'clean', shared)).toBe(true);
    expect(isTakenUp(model, 'other', changes)).toBe(false);
  });
});

import {
  rawSettings,
  stepSetting,
  withRenamedStep,
  withSetting
} from '../../../labextension/src/pipeline/settings';

describe('settings in the notebook', () => {
  it('are written where they belong and keep what is unknown', () => {
    const before = { mine: 1, steps: { a: { retries: 1, note: 'x' } } };
    expect(withSetting(before, ['steps', 'a', 'resources', 'cpus'], 2)).toEqual(
      {
        schema_version: 1,
        mine: 1,
        steps: { a: { retries: 1, note: 'x', resources: { cpus: 2 } } }
      }
    );
  });

  it('go with the objects that they leave empty', () => {
    const before = {
      schema_version: 1,
      steps: { a: { resources: { cpus: 2 } }, b: { retries: 1 } }
    };
    expect(
      withSetting(before, ['steps', 'a', 'resources', 'cpus'], undefined)
    ).toEqual({ schema_version: 1, steps: { b: { retries: 1 } } });
  });

  it('of a step come from the defaults where it has none', () => {
    const settings = {
      defaults: { retries: 3, timeout: 60 },
      steps: { a: { retries: 1 } }
    };
    expect(stepSetting(settings, 'a', ['retries'])).toBe(1);
    expect(stepSetting(settings, 'a', ['timeout'])).toBe(60);
    expect(stepSetting(settings, 'a', ['cache'])).toBeUndefined();
  });

  it('of a renamed step are there under both names', () => {
    expect(withRenamedStep({ steps: { a: { retries: 1 } } }, 'a', 'b')).toEqual(
      {
        schema_version: 1,
        steps: { a: { retries: 1 }, b: { retries: 1 } }
      }
    );
    expect(withRenamedStep({}, 'a', 'b')).toEqual({});
  });

  it('are not changed by the identity that a publish writes', () => {
    expect(withSetting({}, ['published'], { uid: 'u' })).toEqual({
      published: { uid: 'u' }
    });
  });

  it('that are no object count as none', () => {
    expect([null, 'x', [1]].map(rawSettings)).toEqual([{}, {}, {}]);
  });
});

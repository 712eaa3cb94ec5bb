import type { Action, Finding } from '../../../labextension/src/api/_generated';
import { marksOf } from '../../../labextension/src/pipeline/findings';
import {
  applyFix,
  askAgain,
  canApply
} from '../../../labextension/src/pipeline/fixes';
import { analysis, FakeApi } from '../fake-api';
import { openNotebook } from '../open-notebook';

function finding(own: Partial<Finding>): Finding {
  return {
    code: 'PRM404',
    severity: 'warning',
    message: 'The variable is read.',
    fix: '',
    cell: 'c0',
    cell_index: 0,
    line: 1,
    name: null,
    steps: [],
    actions: [],
    accepted: false,
    ...own
  };
}

const action = (kind: Action['kind'], argument = ''): Action => ({
  kind,
  label: '',
  argument
});

async function open(...cells: [string, string[]][]) {
  const api = new FakeApi();
  api.analyse = () =>
    Promise.resolve(analysis({ cell_steps: { c0: 'load', c1: 'use' } }));
  const { notebook: model, pipeline } = openNotebook(api, ...cells);
  await pipeline.refresh();
  const now = () =>
    pipeline.cells.map(cell => [cell.source, cell.tags.join()].join(' | '));
  return { model, pipeline, now };
}

describe('a fix', () => {
  it('runs the skipped cell again that binds the name, not the cell that reads it', async () => {
    const { pipeline, now } = await open(
      ['x = 1', ['step:load', 'skip']],
      ['print(x)', ['step:use']]
    );
    applyFix(pipeline, finding({ cell: 'c1' }), action('unskip', 'c0'));
    expect(now()).toEqual(['x = 1 | step:load', 'print(x) | step:use']);
    expect(canApply(pipeline, finding({}), action('unskip', 'c0'))).toBe(false);
  });

  it('renames the whole part of a step that begins again', async () => {
    const { pipeline, now } = await open(
      ['1', ['step:a']],
      ['2', ['step:b']],
      ['3', ['step:a']],
      ['4', ['step:a']]
    );
    const again = finding({ cell: 'c2', steps: ['a'] });
    applyFix(pipeline, again, action('rename', 'a_2'));
    expect(now()).toEqual([
      '1 | step:a',
      '2 | step:b',
      '3 | step:a_2',
      '4 | step:a_2'
    ]);
  });

  it('renames a step that cannot be called so everywhere', async () => {
    const { pipeline, now } = await open(['1', ['step:My A']], ['2', []]);
    const bad = finding({ steps: ['My A'] });
    applyFix(pipeline, bad, action('rename', 'my-a'));
    expect(now()).toEqual(['1 | step:my-a', '2 | ']);
  });

  it('merges all the steps that it names', async () => {
    const { pipeline, now } = await open(
      ['1', ['step:a']],
      ['2', ['step:b']],
      ['3', ['step:c']],
      ['4', ['step:a']]
    );
    applyFix(pipeline, finding({}), action('merge', 'a,b,c'));
    expect(now().every(cell => cell.endsWith('step:a'))).toBe(true);
  });

  it('is not offered when it would change nothing', async () => {
    const { pipeline } = await open(['1', ['step:a']]);
    const offered = (kind: Action['kind'], argument = '') =>
      canApply(pipeline, finding({}), action(kind, argument));
    expect(offered('merge', 'setup,a')).toBe(false);
    expect(offered('make_parameter')).toBe(false);
    expect(offered('declare_writes')).toBe(false);
    expect(offered('accept', 'hash')).toBe(true);
    expect(offered('provided', 'TOKEN')).toBe(true);
  });

  it('moves a line that asks a person into the parameters cell, and back on undo', async () => {
    const { model, pipeline, now } = await open([
      'import os\nn = int(input())\nprint(n)',
      ['step:load']
    ]);
    const asks = finding({ line: 2 });
    applyFix(pipeline, asks, action('make_parameter', 'n: int = 0'));
    expect(now()).toEqual([
      'n: int = 0 | parameters',
      'import os\nprint(n) | step:load'
    ]);
    model.sharedModel.undo();
    expect(now()).toEqual([
      'import os\nn = int(input())\nprint(n) | step:load'
    ]);
    model.sharedModel.redo();
    const next = finding({ cell: 'c0', line: 2 });
    applyFix(pipeline, next, action('make_parameter', 'm: str = ""'));
    expect(now()).toEqual([
      'n: int = 0\nm: str = "" | parameters',
      'import os | step:load'
    ]);
  });

  it('accepts a warning for the text of its cell, and asks again', async () => {
    const { pipeline } = await open(['1', []]);
    applyFix(pipeline, finding({}), action('accept', 'old'));
    applyFix(pipeline, finding({}), action('accept', 'new'));
    applyFix(pipeline, finding({ code: 'PRM204' }), action('accept', 'x'));
    const other = { code: 'PRM204', cell: 'c0', source_hash: 'x' };
    expect(pipeline.settings.accepted).toEqual([
      { code: 'PRM404', cell: 'c0', source_hash: 'new' },
      other
    ]);
    askAgain(pipeline, finding({}));
    expect(pipeline.settings.accepted).toEqual([other]);
    askAgain(pipeline, finding({ code: 'PRM204' }));
    expect(pipeline.settings.accepted).toBeUndefined();
  });

  it('says that the worker has a variable in the settings of the step that reads it', async () => {
    const { pipeline } = await open(['1', ['step:load']], ['2', ['step:use']]);
    const reads = finding({ cell: 'c1' });
    applyFix(pipeline, reads, action('provided', 'TOKEN'));
    applyFix(pipeline, reads, action('provided', 'TOKEN'));
    expect(pipeline.settings.steps).toEqual({
      use: { environment: { provided: ['TOKEN'] } }
    });
  });
});

describe('the marks of cells', () => {
  it('hold what a person should act on, the worst first', () => {
    const warning = finding({});
    const error = finding({ severity: 'error', line: 7 });
    const marks = marksOf([
      warning,
      finding({ severity: 'info' }),
      finding({ cell: null }),
      finding({ cell: 'c1', accepted: true }),
      error
    ]);
    expect([...marks]).toEqual([
      ['c0', { worst: 'blocks', findings: [error, warning] }]
    ]);
  });

  it('adds a secret of the worker, or a package, and shows its field', async () => {
    const { pipeline } = await open(['x = 1', ['step:load']]);
    const about = finding({ steps: ['load'] });
    applyFix(pipeline, about, action('add_secret', 'TOKEN'));
    expect([pipeline.form.open, pipeline.form.wanted]).toEqual([
      'load',
      'secrets'
    ]);
    applyFix(pipeline, about, action('move_to_environment', 'lightgbm'));
    expect(pipeline.form.wanted).toBe('pip');
    expect(pipeline.settings.steps).toEqual({
      load: {
        environment: {
          secrets: { TOKEN: 'secret://env/TOKEN' },
          pip: ['lightgbm']
        }
      }
    });
    applyFix(pipeline, about, action('declare_writes', 'load'));
    expect(pipeline.form.wanted).toBe('writes');
  });
});

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { Widget } from '@lumino/widgets';
import { saveOpenModules } from '../../../labextension/src/pipeline/beside';

/** Save with files open at these paths, `*` marking the unsaved; gives what was saved. */
async function savedBeside(
  notebook: string,
  open: readonly string[]
): Promise<string[]> {
  const saved: string[] = [];
  const contexts = new Map(
    open.map(name => {
      const path = name.replace('*', '');
      return [
        new Widget(),
        {
          path,
          model: { dirty: name.endsWith('*') },
          save: async () => void saved.push(path)
        }
      ] as const;
    })
  );
  const shell = { widgets: () => contexts.keys() };
  await saveOpenModules(
    shell as unknown as JupyterFrontEnd.IShell,
    {
      contextForWidget: (widget: Widget) => contexts.get(widget)
    } as unknown as IDocumentManager,
    notebook
  );
  return saved;
}

describe('saving the modules that travel with a notebook', () => {
  it('saves what is unsaved in its folder and below', async () => {
    const open = ['work/a.py*', 'work/deep/b.py*', 'work/c.py', 'work/d.md*'];
    expect(await savedBeside('work/n.ipynb', open)).toEqual([
      'work/a.py',
      'work/deep/b.py'
    ]);
  });

  it('leaves other folders alone', async () => {
    const open = ['workshop/a.py*', 'b.py*'];
    expect(await savedBeside('work/n.ipynb', open)).toEqual([]);
  });

  it('knows the root folder', async () => {
    expect(await savedBeside('n.ipynb', ['b.py*'])).toEqual(['b.py']);
  });
});

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { notebook, Promote, unique } from './promote';

const SLOW = { timeout: 60_000 };

/** Somebody else changes a cell and publishes, from another browser. */
async function publishElsewhere(
  page: IJupyterLabPageFixture,
  path: string,
  source: string
): Promise<void> {
  const file = await page.request.get(`/api/contents/${path}`);
  const { content } = await file.json();
  content.cells[0].source = source;
  const begun = await page.request.post('/promote/api/publish', {
    data: { path, notebook: content }
  });
  const { id } = await begun.json();
  const state = async (): Promise<string> =>
    (await (await page.request.get(`/promote/api/operations/${id}`)).json())
      .state;
  await expect.poll(state, SLOW).toBe('done');
}

test('what others published, and whose pipeline a copy is, is asked', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(300_000);
  const promote = new Promote(page, tmpPath);
  const name = unique('mine');
  await promote.open(name, notebook('a = 1', 'print(a)'));
  await promote.show();
  await promote.publish();
  await page.notebook.save();

  // Somebody else publishes: this notebook is behind, and once it changes as well, it asks first.
  await publishElsewhere(page, `${tmpPath}/${name}`, 'a = 2');
  await expect(
    promote.panel.getByText('Changed elsewhere: v2 serves now')
  ).toBeVisible(SLOW);
  await page.notebook.setCell(1, 'code', 'print(a + 1)');
  await expect(
    promote.panel.getByText('Changed here and published elsewhere as v2')
  ).toBeVisible(SLOW);
  await promote.button('Publish again').click();
  const refused = promote.panel.getByRole('alert');
  await expect(refused).toContainText('was changed by', SLOW);
  await expect(refused).toContainText('+a = 2', SLOW);
  await promote.button('Publish on top of it').click();
  await expect(promote.panel.getByText(/^On \(v3\)/)).toBeVisible(SLOW);

  await page.notebook.save();
  const file = await page.request.get(`/api/contents/${tmpPath}/${name}`);
  const copy = name.replace('mine', 'copy');
  await page.sidebar.openTab('filebrowser');
  await promote.open(copy, JSON.stringify((await file.json()).content));
  await promote.show();
  await promote.click(promote.button('Publish again'));
  await expect(
    promote.panel.getByText(/was published from .*mine.* before/)
  ).toBeVisible({ timeout: 40_000 });
  await expect(promote.button('Same pipeline (moved)')).toBeVisible();
  await promote.click(promote.button('New pipeline'));
  await expect(promote.panel.getByText(/^On \(v1\)/)).toBeVisible({
    timeout: 40_000
  });
  await page.notebook.activate(name);
  await expect(promote.panel.getByText(/^On \(v3\)/)).toBeVisible();
});

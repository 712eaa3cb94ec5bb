import { expect, test } from '@jupyterlab/galata';
import { notebook, Promote, unique } from './promote';

test('a copied notebook asks whose pipeline it is', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(180_000);
  const promote = new Promote(page, tmpPath);
  const name = unique('mine');
  await promote.open(name, notebook('a = 1', 'print(a)'));
  await promote.show();
  await promote.publish();
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
  await expect(promote.panel.getByText(/^On \(v1\)/)).toBeVisible();
});

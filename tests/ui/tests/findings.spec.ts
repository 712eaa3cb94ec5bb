import { expect, test } from '@jupyterlab/galata';
import { notebook, Promote } from './promote';

function tagged(...cells: [string, string[]][]): string {
  const content = JSON.parse(notebook(...cells.map(([source]) => source)));
  cells.forEach(([, tags], index) => {
    content.cells[index].metadata.tags = tags;
  });
  return JSON.stringify(content);
}

test('a finding is fixed at its cell and the fix undone', async ({
  page,
  tmpPath
}) => {
  const promote = new Promote(page, tmpPath);
  await promote.open(
    'fix.ipynb',
    tagged(
      ['rows = [1, 2]', ['step:load', 'skip']],
      ['kept = 1\nprint(rows)', ['step:use']],
      ['for row in', ['step:broken']],
      ['print(kept)', ['step:report']]
    )
  );
  await promote.show();
  await expect(promote.step('report')).toBeVisible();
  const lines = page.locator('.cm-line.jp-Promote-markedLine');
  await expect(lines).toHaveText(['print(rows)', 'for row in']);
  await expect(promote.button('Publish')).toBeDisabled();

  const mark = page.getByRole('button', { name: /^1 finding in this cell/ });
  await expect(mark).toHaveCount(2);
  await mark.first().focus();
  await page.keyboard.press('Enter');
  await expect(mark.first()).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Tab');
  await expect(
    page.locator('.jp-Notebook').getByRole('button', { name: 'Un-skip' })
  ).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(lines).toHaveText(['for row in']);
  await expect(mark).toHaveCount(1);

  await page.notebook.selectCells(0);
  await page.keyboard.press('z');
  await expect(lines).toHaveText(['print(rows)', 'for row in']);
});

test('a warning is accepted until its cell changes', async ({
  page,
  tmpPath
}) => {
  const promote = new Promote(page, tmpPath);
  await promote.open(
    'accept.ipynb',
    notebook('import os\nprint(os.environ["PROMOTE_TOKEN"])')
  );
  await promote.show();
  const open = promote.panel.locator('summary', {
    hasText: '1 to check'
  });
  await expect(open).toBeVisible();
  await promote.button('Add as secret').click();
  const secrets = promote.panel.getByLabel('Secrets');
  await expect(secrets).toBeFocused();
  await expect(secrets).toHaveValue('PROMOTE_TOKEN=secret://env/PROMOTE_TOKEN');
  await expect(open).toBeHidden();
  await promote
    .button('Revert settings: notebook, environment, secrets, PROMOTE_TOKEN')
    .click();
  await promote.button('Accept').click();
  await expect(open).toBeHidden();
  await page.notebook.setCell(0, 'code', 'import os\nos.environ["OTHER"]');
  await expect(open).toBeVisible();
});

test('the last analysis stays, marked as old, while the server is away', async ({
  page,
  tmpPath
}) => {
  const promote = new Promote(page, tmpPath);
  await promote.open('away.ipynb', notebook('## Load', 'a = 1', '## Use', 'a'));
  await promote.show();
  await expect(promote.button('Use these 2 steps')).toBeVisible();
  await page.route('**/promote/api/analyse*', route => route.abort());
  await promote.button('Use these 2 steps').click();
  const old = promote.panel.getByText('Not up to date');
  await expect(old).toBeVisible();
  await expect(promote.panel.getByText('1 note')).toBeVisible();
  await page.unroute('**/promote/api/analyse*');
  await expect(promote.step('use')).toBeVisible();
  await expect(old).toBeHidden();
});

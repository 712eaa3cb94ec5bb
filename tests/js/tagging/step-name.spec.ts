import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import {
  askStepName,
  NameField
} from '../../../labextension/src/tagging/step-name';

const trans = nullTranslator.load('jupyterlab_promote');

const question = {
  trans,
  title: trans.__('Start step'),
  text: '',
  offered: ['load', 'train'],
  taken: (name: string) => (name === 'load' ? 'It is there.' : '')
};

function type(input: HTMLInputElement | null | undefined, text: string): void {
  if (input) {
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

describe('the name of a step', () => {
  it('is asked for with an empty field, and the other names as offers', () => {
    const field = new NameField(question);
    const input = field.node.querySelector('input');
    expect(input?.value).toBe('');
    expect(input?.checkValidity()).toBe(false);
    const offers = [...field.node.querySelectorAll('option')];
    expect(offers.map(option => option.value)).toEqual(['load', 'train']);
    field.dispose();
  });

  it('is replaced by the first letter typed where there is one already', () => {
    const field = new NameField({ ...question, text: 'load' });
    Widget.attach(field, document.body);
    const input = field.node.querySelector('input');
    input?.focus();
    expect([input?.selectionStart, input?.selectionEnd]).toEqual([0, 4]);
    field.dispose();
  });

  it.each([
    ['Load data', 'The step is called load-data.', true],
    ['load', 'It is there.', true],
    ['train', '', true],
    ['数据', 'A name needs one of the letters a to z.', false]
  ])('is judged as %p is typed', (typed, said, valid) => {
    const field = new NameField(question);
    Widget.attach(field, document.body);
    const input = field.node.querySelector('input');
    type(input, typed);
    expect(field.node.querySelector('p')?.textContent).toBe(said);
    expect(input?.checkValidity()).toBe(valid);
    field.dispose();
  });

  it('cannot be accepted while there is none', async () => {
    const answer = askStepName(question);
    await Promise.resolve();
    const button = (): HTMLButtonElement | null =>
      document.querySelector('.jp-Dialog button.jp-mod-accept');
    const input = document.querySelector<HTMLInputElement>('.jp-Dialog input');
    expect(button()?.disabled).toBe(true);
    type(input, '???');
    expect(button()?.disabled).toBe(true);
    type(input, 'Fit 2');
    expect(button()?.disabled).toBe(false);
    button()?.click();
    await expect(answer).resolves.toBe('fit-2');
  });
});

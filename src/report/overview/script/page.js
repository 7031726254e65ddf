// What comes in: the page as it was written. What goes out: the page with its timeline, its theme,
// its filter, and everything unfolded on paper.

const THEMES = ['system', 'light', 'dark'];

function startTheme() {
  const button = find('theme');
  let theme = 0;
  button.hidden = false;
  button.addEventListener('click', () => {
    theme = (theme + 1) % THEMES.length;
    if (theme) document.documentElement.dataset.theme = THEMES[theme];
    else delete document.documentElement.dataset.theme;
    button.textContent = `Theme: ${THEMES[theme]}`;
    recolour();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
}

function recolour() {
  if (!chart.count) return;
  readColours();
  repaint();
}

function startFilter() {
  const cards = [...document.querySelectorAll('.card')];
  const box = find('filter');
  if (!cards.length) return;
  box.closest('.find').hidden = false;
  const texts = cards.map(card => card.textContent.toLowerCase());
  box.addEventListener('input', () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    cards.forEach((card, at) => {
      card.hidden = !words.every(word => texts[at].includes(word));
      shown += !card.hidden;
    });
    for (const group of document.querySelectorAll('.group')) {
      group.hidden = !group.querySelector('.card:not([hidden])');
    }
    find('found').textContent = words.length ? `${shown} of ${cards.length}` : '';
  });
  box.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    box.value = '';
    box.dispatchEvent(new Event('input'));
  });
}

// What a link leads to stands below the bar of links, however high that is.
function startJumps() {
  const bar = document.querySelector('.jump');
  const measured = () => document.documentElement.style.setProperty('--jump', `${bar.offsetHeight}px`);
  new ResizeObserver(measured).observe(bar);
  measured();
}

// On paper nothing can be unfolded.
function startPrint() {
  let closed = [];
  const change = ({ matches }) => {
    if (matches) {
      closed = [...document.querySelectorAll('details:not([open])')];
      for (const part of closed) part.open = true;
    } else {
      for (const part of closed) part.open = false;
      closed = [];
    }
    if (!chart.count) return;
    readColours();
    measure();
    paintAll();
  };
  matchMedia('print').addEventListener('change', change);
}

// A link to a card opens it.
function startCards() {
  const open = () => {
    const card = location.hash.length > 1 && find(decodeURIComponent(location.hash.slice(1)));
    const part = card && card.querySelector(':scope > details');
    if (part) part.open = true;
  };
  window.addEventListener('hashchange', open);
  open();
}

startTheme();
startJumps();
startFilter();
startPrint();
startCards();
if (chart.count) {
  find('chart').hidden = false;
  readColours();
  startView();
  startWalk();
}

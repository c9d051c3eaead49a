// The gallery: search and filters, and a viewer that shows one picture large
// with what is known of it.  All is in the page already; without this script
// its pictures are links and its details fold open.
//
// Listeners are on the document, not on what they are for: server.js exchanges
// the head and the cards when a picture was drawn, and tells by "limn:page".
(() => {
'use strict';

const {cardOf, cards, find, findAll, make} = limn;
const isServed = document.body.classList.contains('served');
const shownCards = () => cards().filter(card => !card.hidden);

// --- search and filters

// Letters as people search for them: without case and accents.  Turkish has
// four letters i, which one finds whatever keyboard one has.
function fold(text) {
	return text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
		.toLowerCase().replaceAll('\u0131', 'i');
}

// What is searched of a card is folded once, when it is first asked for.
const folded = new WeakMap();
const searched = '.title, .prompt dd, .revised dd';

function textOf(card) {
	if (!folded.has(card)) {
		const texts = findAll(searched, card).map(e => e.textContent);

		folded.set(card, fold([card.id, find('img', card)?.alt ?? '',
			...texts].join('\n')));
	}
	return folded.get(card);
}

function filter() {
	const form = find('form#filter');

	if (!form)
		return;
	const words = fold(find('input#q').value).split(/\s+/);
	const type = find('select#by-type').value;
	const method = find('select#by-method').value;
	const all = cards();
	let count = 0;

	for (const card of all) {
		const isShown = (!type || card.dataset.type === type) &&
			(!method || card.dataset.method === method) &&
			words.every(word => textOf(card).includes(word));

		card.hidden = !isShown;
		count += isShown;
	}
	find('output#shown').value = `${count} of ${all.length}`;
	find('p#none').hidden = count > 0;
}

// --- the command that draws a picture again

// Where the clipboard is closed, what is selected can be copied, in the old way
// or by hand.
async function copy(command) {
	try {
		await navigator.clipboard.writeText(command.textContent);
		return true;
	} catch {
		getSelection().selectAllChildren(command);
		return document.execCommand('copy');
	}
}

async function copyCommand(button) {
	const isCopied = await copy(button.previousElementSibling);

	button.textContent = isCopied ? 'Copied' : 'Press Ctrl+C';
	setTimeout(() => button.textContent = 'Copy', 2000);
}

function addCopyButtons(root) {
	if (isServed)
		return;
	for (const command of findAll('code.command', root))
		if (!command.nextElementSibling)
			command.after(make('button', {type: 'button',
				class: 'copy', 'aria-live': 'polite'}, 'Copy'));
}

// --- the viewer

const button = (name, label, text) => make('button',
	{type: 'button', class: name, 'aria-label': label}, text);
const previous = button('previous', 'Previous picture', '\u2190');
const next = button('next', 'Next picture', '\u2192');
const close = button('close', 'Close', '\u2715');
close.autofocus = true;
const at = make('span', {class: 'at'});
// no chapter's id begins with _
const heading = make('h2', {id: '_viewer-title'});
const stage = make('div', {class: 'stage'});
const about = make('div', {class: 'about'});
const notes = make('div', {class: 'notes'},
	make('div', {class: 'tools'}, previous, at, next, close),
	heading, about);
const viewer = make('dialog',
	{id: 'viewer', 'aria-labelledby': '_viewer-title'}, stage, notes);
const copyOf = (selector, card) =>
	findAll(selector, card).map(e => e.cloneNode(true));

function picture(card) {
	const link = find('a.picture', card);

	// A new element each time: the last picture isn't shown under the
	// name of this one while it loads.
	return link ?
		make('img', {src: link.href, alt: find('img', link).alt}) :
		make('div', {class: 'none'});
}

function acts(card) {
	const link = find('a.picture', card);
	const list = make('div', {class: 'acts'}, ...copyOf(':scope > button', card));

	if (link)
		list.prepend(make('a', {class: 'button', href: link.href,
			target: '_blank', rel: 'noopener'}, 'Open the file'));
	return list;
}

function step(by) {
	const list = shownCards();
	const to = list[list.indexOf(cardOf(viewer.dataset.chapter)) + by];

	if (to)
		show(to);
}

// A button that can't go on loses the focus, which would leave the dialog.
function enable(which, isEnabled, other) {
	const hadFocus = document.activeElement === which;

	which.disabled = !isEnabled;
	if (hadFocus && !isEnabled)
		(other.disabled ? close : other).focus();
}

function place(card) {
	const list = shownCards();
	const i = list.indexOf(card);

	at.textContent = i < 0 ? '' : `${i + 1} of ${list.length}`;
	next.disabled = false;
	enable(previous, i > 0, next);
	enable(next, i >= 0 && i + 1 < list.length, previous);
}

let shown = null; // the card that is in the viewer

function show(card) {
	shown = card;
	viewer.dataset.chapter = card.id;
	viewer.dataset.method = card.dataset.method;
	stage.replaceChildren(picture(card));
	heading.replaceChildren(...copyOf('h3 > *', card));
	about.replaceChildren(...copyOf('.badges, .error', card), acts(card),
		...copyOf('details > dl', card));
	addCopyButtons(about);
	place(card);
	if (!viewer.open)
		viewer.showModal();
	notes.scrollTop = viewer.scrollTop = 0;
	history.replaceState(null, '', '#' + encodeURIComponent(card.id));
}

// The focus goes to the picture that was seen last, not to the first.
function closed() {
	const card = cardOf(viewer.dataset.chapter);

	stage.replaceChildren();
	history.replaceState(null, '', location.pathname + location.search);
	if (!card)
		return;
	if (!card.hidden)
		card.scrollIntoView({block: 'nearest'});
	find('a.picture, summary', card)?.focus();
}

function openHash() {
	let id = '';

	try {
		id = decodeURIComponent(location.hash.slice(1));
	} catch {
		return; // a hash that isn't ours
	}
	const card = id && cardOf(id);

	if (card && !(viewer.open && viewer.dataset.chapter === id))
		show(card);
}

// --- what happens

function isOurs(event) {
	return event.button === 0 && !event.defaultPrevented && !event.ctrlKey &&
		!event.metaKey && !event.shiftKey && !event.altKey;
}

const doers = [
	['button.copy', copyCommand],
	['button.previous', () => step(-1)],
	['button.next', () => step(1)],
	['button.close', () => viewer.close()],
	['.card .picture, .card h3', target => show(target.closest('.card'))],
];

document.addEventListener('click', event => {
	if (!isOurs(event))
		return;
	// A click beside a dialog is one on its backdrop.
	if (event.target === viewer)
		return viewer.close();
	for (const [selector, act] of doers) {
		const target = event.target.closest(selector);

		if (target) {
			event.preventDefault();
			return act(target);
		}
	}
});

document.addEventListener('keydown', event => {
	// another dialog may be above the viewer
	const isBusy = find('dialog[open]:not(#viewer)') || event.altKey ||
		event.ctrlKey || event.metaKey || event.shiftKey;

	if (!viewer.open || isBusy)
		return;
	if (event.key === 'ArrowLeft')
		step(-1);
	else if (event.key === 'ArrowRight')
		step(1);
});

// Of a choice in a list some send one event, some the other.
for (const type of ['input', 'change'])
	document.addEventListener(type, event => {
		if (event.target.closest('form#filter'))
			filter();
	});

document.addEventListener('submit', event => {
	if (event.target.matches('form#filter'))
		event.preventDefault();
});

// "toggle" doesn't bubble.
document.addEventListener('toggle', event => {
	if (event.target.matches('.card details[open]'))
		addCopyButtons(event.target);
}, true);

// Paper has room for all; not every browser thinks of that.
function loadAll() {
	for (const image of findAll('.picture img'))
		image.loading = 'eager';
}

// The page is new, or its cards are.
function begin() {
	const form = find('form#filter');

	if (form)
		form.hidden = false;
	filter();
	const card = cardOf(viewer.dataset.chapter);

	if (!viewer.open || !card)
		return;
	if (card === shown)
		place(card);
	else
		show(card);
}

document.documentElement.classList.add('scripted');
document.body.append(viewer);
viewer.addEventListener('close', closed);
document.addEventListener('limn:page', begin);
addEventListener('hashchange', openHash);
addEventListener('beforeprint', loadAll);
// A browser that comes back fills the filters in again, after the scripts.
addEventListener('pageshow', filter);
begin();
openHash();
})();

// What the scripts of a served page share beside that: how they ask the server,
// and take the page anew when it has changed.
(() => {
'use strict';

const {cards, cardOf, find} = limn;
const episode = encodeURIComponent(document.body.dataset.episode);
const page = `/episodes/${episode}`;
const api = `/api/episodes/${episode}`;

// It throws only when no server answers.
async function call(path, options = {}) {
	const response = await fetch(path, {cache: 'no-store', ...options});
	let body = null;

	try {
		body = await response.json();
	} catch {
		// not JSON: the status has to do
	}
	return {status: response.status, isOk: response.ok && body !== null, body};
}

const complaint = answer => String(answer.body?.error ??
	`The server answers ${answer.status}.`);
const silence = 'The server doesn\u2019t answer.';

async function fetchPage() {
	const response = await fetch(page, {cache: 'no-store'});

	if (!response.ok)
		return null;
	const text = await response.text();

	return new DOMParser().parseFromString(text, 'text/html');
}

const send = (path, data) => call(path, {
	method: 'POST',
	headers: {
		'Content-Type': 'application/json',
		'X-Limn-Token': document.body.dataset.token,
	},
	body: JSON.stringify(data),
});

// The token is another one when the server was started anew; what it refused
// it hasn't done.
async function post(path, data) {
	const answer = await send(path, data);
	const token = answer.status === 403 &&
		(await fetchPage())?.body.dataset.token;

	if (!token || token === document.body.dataset.token)
		return answer;
	document.body.dataset.token = token;
	return send(path, data);
}

// --- the page, anew

// A card as it came, without what was done to it here.
function pristine(card) {
	const copy = card.cloneNode(true);

	copy.classList.remove('busy');
	copy.removeAttribute('hidden');
	find('details', copy)?.removeAttribute('open');
	return copy;
}

// Cards that are the same stay, open as they are, and don't flicker.
function keepCards(main) {
	const old = new Map(cards().map(card => [card.id, card]));

	for (const card of cards(main)) {
		const same = old.get(card.id);

		if (same && pristine(same).isEqualNode(card))
			card.replaceWith(same);
	}
}

function keepFilter(main) {
	for (const selector of ['input#q', 'select#by-type', 'select#by-method']) {
		const from = find(selector);
		const to = find(selector, main);

		if (!from || !to)
			continue;
		to.value = from.value;
		if (to.selectedIndex === -1)
			to.selectedIndex = 0;
	}
}

function keepFocus(active) {
	const parts = ['button.again', 'a.picture', 'summary', 'input#q', 'select#by-type',
		'select#by-method', 'button#again-all'];
	const part = parts.find(selector => active?.matches(selector));
	const id = active?.closest('li.card')?.id;

	// what was moved has lost it
	if (active?.isConnected)
		return () => active.focus({preventScroll: true});
	return () => part && find(part, id ? cardOf(id) : document)
		?.focus({preventScroll: true});
}

function exchange(fresh) {
	const main = document.importNode(find('main', fresh), true);
	const header = document.importNode(find('header.top', fresh), true);
	const active = document.activeElement;
	const y = scrollY;

	keepFilter(main);
	keepCards(main);
	// what is said of the jobs goes on
	find('div#job', main)?.replaceWith(find('div#job'));
	find('header.top').replaceWith(header);
	find('main').replaceWith(main);
	document.title = fresh.title;
	document.body.dataset.token = fresh.body.dataset.token;
	document.dispatchEvent(new CustomEvent('limn:page'));
	keepFocus(active)();
	scrollTo(0, y);
}

async function renew() {
	try {
		const fresh = await fetchPage();

		if (fresh && find('main', fresh) && find('header.top', fresh))
			exchange(fresh);
	} catch {
		// the old page will do until the server is there again
	}
}

Object.assign(limn, {api, call, complaint, post, renew, silence});
})();

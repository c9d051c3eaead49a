// What the scripts of a page share: how they find its parts, and make them.  An
// id of a chapter may be that of a part of the page, so selectors have the tag,
// too.
const limn = (() => {
'use strict';

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) =>
	[...root.querySelectorAll(selector)];
const cards = (root = document) => findAll('li.card', root);
const cardOf = id => cards().find(card => card.id === id);

// make NAME, ATTRIBUTES, what it holds; text stays text
function make(name, attributes, ...children) {
	const element = document.createElement(name);

	for (const [key, value] of Object.entries(attributes))
		element.setAttribute(key, value);
	element.append(...children);
	return element;
}

const makeButton = (text, name = '') =>
	make('button', {type: 'button', class: name}, text);

return {cardOf, cards, find, findAll, make, makeButton};
})();

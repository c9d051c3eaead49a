# From chapters.mk to build.ninja: the files and the edges of mk/chain.mk, where
# storyboards are drawn, with commands that do nothing.
#
#	cat OUT/*/imagegen/chapters.mk | awk -v out=OUT -f bench-ninja.awk
BEGIN {
	FS = "[(),]"
	print "builddir = " out ".ninja.d"
	print "bin = :"
	rule("split", "-o $w $in")
	rule("setting", "$out $in")
	rule("prompt", "-t imagegen.md -o $out $in")
	rule("draw", "-o $out $in")
	rule("card", "-o $out $in")
	rule("thumb", "-o $out $in")
	rule("entry", "-o $out $in")
	rule("finish", "--index=$w/chapters.index -o $out")
}

function rule(name, arguments) {
	print "rule " name
	print "  command = $bin " name " " arguments
	print "  restat = 1"
}

function build(outputs, how, inputs) {
	print "build " outputs ": " how " " inputs
}

function paths(stem, ids, suffix,	id, n, i, all) {
	n = split(ids, id, " ")
	for (i = 1; i <= n; i++)
		all = all stem id[i] suffix " "
	return all
}

function drawn(w, png, c) {
	build(c ".prompt.stamp " c ".prompt.json", "prompt",
		c ".chapter.json " w "prompt.settings")
	build(png, "draw", c ".prompt.json " w "image.settings || " \
		c ".prompt.stamp")
	rest(png, c)
}

function card(png, c) {
	build(png, "card", c ".chapter.json")
	rest(png, c)
}

function rest(png, c,	thumb) {
	thumb = png
	sub("/images/", "/images/thumbs/", thumb)
	build(thumb, "thumb", png)
	build(c ".entry.json", "entry", png)
}

# $(call episode,ID,chapters,drawn,cards,schema version)
/call episode/ {
	e = out "/" $3 "/"
	w = e "imagegen/"
	manifests = manifests " " e "images/manifest.json"
	build(paths(w, $4, ".chapter.json") w "chapters.index " w \
		"chapters.mk", "split", e "chapters.json")
	print "  w = " w
	build(w "prompt.settings " w "template.md", "setting", "imagegen.md")
	build(w "image.settings", "setting")
	n = split($5, id, " ")
	for (i = 1; i <= n; i++)
		drawn(w, e "images/" id[i] ".png", w id[i])
	n = split($6, id, " ")
	for (i = 1; i <= n; i++)
		card(e "images/" id[i] ".png", w id[i])
	build(e "images/manifest.json " e "images/index.html " e \
		"provenance/imagegen_provenance.json", "finish",
		paths(w, $4, ".entry.json") w "chapters.index " w \
		"template.md || " w "prompt.settings " \
		paths(e "images/thumbs/", $4, ".png"))
	print "  w = " w
}

END {
	build("all", "phony", manifests)
	print "default all"
}

"""Addresses of books, peer sets and e-mail about changes."""

from __future__ import annotations

from django.urls import include, path

from candela.web.books.views import following, listing, one, peers

__all__ = ["urlpatterns"]

one_book = [
    path("", one.settings, name="book-settings"),
    path("rename/", one.rename, name="book-rename"),
    path("propose/", one.propose, name="book-propose"),
    path("take-back/", one.take_back, name="book-take-back"),
    path("publish/", one.publish, name="book-publish"),
    path("unpublish/", one.unpublish, name="book-unpublish"),
    path("share/", one.share, name="book-share"),
    path("unshare/", one.unshare, name="book-unshare"),
    path("withdraw/", one.withdraw, name="book-withdraw"),
    path("restore/", one.restore, name="book-restore"),
    path("remove/", one.remove, name="book-remove"),
    path("download/", one.download, name="book-download"),
]
organisation = [
    path("books/", listing.books, name="books"),
    path("books/add/", listing.add, name="book-add"),
    path("books/<str:book_id>/", include(one_book)),
    path("peers/", peers.peers, name="peer-sets"),
    path("peers/<int:peer_set_id>/remove/", peers.remove, name="peer-set-remove"),
    path("peers/<int:peer_set_id>/restore/", peers.restore, name="peer-set-restore"),
    path("follow/", following.follow, name="follow"),
    path("follow/<int:follow_id>/stop/", following.unfollow, name="unfollow"),
]
urlpatterns = [
    path("at/<slug:slug>/", include(organisation)),
    path("stop/<str:token>/", following.stop_following, name="stop-following"),
]

"""The life of a reminder and of a delivery, and the ways a word may go. Pure."""

from enum import StrEnum

from tracker.kit.words import N_


class Channel(StrEnum):
    EMAIL = "email"
    INBOX = "inbox"
    CHAT = "chat"


class DeliveryKind(StrEnum):
    """A digest keeps to working days, quiet hours and the budget; what is told at once does not."""

    DIGEST = "digest"
    AT_ONCE = "at_once"


class DeliveryStatus(StrEnum):
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class ReminderStatus(StrEnum):
    """A reminder follows its e-mail delivery (its inbox delivery where there is no address), or is skipped."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"


class ContactWay(StrEnum):
    TELEPHONE = "telephone"
    WHATSAPP = "whatsapp"
    EMAIL = "own_email"
    VISIT = "visit"
    OTHER = "other"


LABELS = {
    Channel.EMAIL: N_("Surel"),
    Channel.INBOX: N_("Kotak masuk"),
    Channel.CHAT: N_("Aplikasi pesan"),
    DeliveryKind.DIGEST: N_("Ringkasan harian"),
    DeliveryKind.AT_ONCE: N_("Pesan langsung"),
    ReminderStatus.PLANNED: N_("Direncanakan"),
    ReminderStatus.CLAIMED: N_("Sedang dikirim"),
    ReminderStatus.SENT: N_("Terkirim"),
    ReminderStatus.FAILED: N_("Gagal"),
    ReminderStatus.UNCERTAIN: N_("Tidak pasti"),
    ReminderStatus.SKIPPED: N_("Dilewati"),
    ContactWay.TELEPHONE: N_("Telepon"),
    ContactWay.WHATSAPP: N_("WhatsApp"),
    ContactWay.EMAIL: N_("Surel sendiri"),
    ContactWay.VISIT: N_("Tatap muka"),
    ContactWay.OTHER: N_("Cara lain"),
}
DELIVERY_LABELS = {
    DeliveryStatus.CLAIMED: N_("Sedang dikirim"),
    DeliveryStatus.SENT: N_("Terkirim"),
    DeliveryStatus.FAILED: N_("Gagal"),
    DeliveryStatus.UNCERTAIN: N_("Tidak pasti"),
}
